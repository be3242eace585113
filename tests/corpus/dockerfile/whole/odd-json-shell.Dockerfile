FROM debian:12-slim
RUN ["/bin/bash", "-o", "pipefail", "-c", "curl https://example.com/1.0/x | sh"]
