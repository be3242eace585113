FROM node:lts-alpine
