FROM debian:12-slim
RUN ./configure && make -j
