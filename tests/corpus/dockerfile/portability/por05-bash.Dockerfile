FROM debian:12-slim
SHELL ["/bin/bash", "-c"]
RUN if [[ -f /x ]]; then make; fi
