FROM debian:12-slim
WORKDIR C:\app
