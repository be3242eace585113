FROM golang:1.26
RUN go get example.com/x
