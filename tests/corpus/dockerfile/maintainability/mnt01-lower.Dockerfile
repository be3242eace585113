from alpine:3.22 as base
run true
