FROM python:3.13
COPY . /app
RUN make -C /app
CMD ["python", "/app/app.py"]
