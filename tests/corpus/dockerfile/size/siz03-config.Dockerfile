FROM debian:12-slim
RUN echo 'APT::Install-Recommends "false";' > /etc/apt/apt.conf.d/99x
RUN apt-get update && apt-get install -y curl=7 && rm -rf /var/lib/apt/lists/*
