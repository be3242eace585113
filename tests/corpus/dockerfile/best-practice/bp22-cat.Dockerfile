FROM debian:12-slim
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN cat /etc/passwd | grep root
