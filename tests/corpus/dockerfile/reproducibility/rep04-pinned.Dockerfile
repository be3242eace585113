FROM alpine:3.22
RUN apk add --no-cache curl=8.14.1-r0 "git~=2.49" "jq>1.7"
