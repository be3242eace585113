FROM alpine:3.22
WORKDIR /src
RUN make -C /src
