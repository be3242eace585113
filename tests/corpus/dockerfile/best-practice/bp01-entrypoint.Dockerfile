FROM alpine:3.22
ENTRYPOINT java -jar $APP
