FROM debian:12-slim
RUN apt-get install -y sudo=1.9
RUN echo "app ALL=(ALL) NOPASSWD:ALL" > /etc/sudoers.d/app
