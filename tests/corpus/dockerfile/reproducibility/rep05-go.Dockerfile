FROM golang:1.26
RUN go install example.com/tool/cmd/x@latest
