FROM alpine:3.22
RUN git clone https://example.com/x.git
