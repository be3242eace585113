FROM python:3.13-slim
CMD python manage.py runserver 0.0.0.0:8000
