FROM node:22.1-alpine3.18
