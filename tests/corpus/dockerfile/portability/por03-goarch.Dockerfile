FROM golang:1.26
RUN GOARCH=amd64 go build -o /x .
