FROM debian:12-slim
COPY src /src/
RUN make -C /src install
RUN rm -rf /src
