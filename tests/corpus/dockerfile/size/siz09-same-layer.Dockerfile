FROM debian:12-slim
RUN mkdir /src && make -C /src && rm -rf /src
