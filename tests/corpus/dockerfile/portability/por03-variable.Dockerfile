FROM debian:12-slim
ARG TARGETARCH
RUN curl -fsSLO https://example.com/1.0/tool-linux-${TARGETARCH}
