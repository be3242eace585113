FROM ubuntu:24.04
RUN apt-get update && apt-get install -y openssh-server supervisor && rm -rf /var/lib/apt/lists/*
RUN echo "root:root" | chpasswd
RUN chmod 777 /var/run
EXPOSE 22 80
CMD ["/usr/bin/supervisord"]
