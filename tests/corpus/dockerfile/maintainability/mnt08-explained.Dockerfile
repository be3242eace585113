FROM alpine:3.22
# gantry ignore=SEC08 it becomes an archive soon
ADD x /x
