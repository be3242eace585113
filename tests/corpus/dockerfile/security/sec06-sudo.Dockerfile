FROM debian:12-slim
RUN sudo mkdir /x
