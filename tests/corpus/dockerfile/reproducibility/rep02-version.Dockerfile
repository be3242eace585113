FROM node:22.14-alpine
