FROM --platform=$TARGETPLATFORM debian:12-slim
