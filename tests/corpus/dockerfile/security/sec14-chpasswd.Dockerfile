FROM debian:12-slim
RUN echo 'root:toor' | chpasswd
