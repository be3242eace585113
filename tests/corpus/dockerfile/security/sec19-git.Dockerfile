FROM alpine:3.22
RUN git clone https://joe:s3cret@example.com/x.git
