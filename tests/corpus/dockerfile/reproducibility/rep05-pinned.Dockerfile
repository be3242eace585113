FROM python:3.13-slim
RUN pip install --no-cache-dir flask==3.1.0 "requests>=2,==2.32.3" && pip install --no-cache-dir -r requirements.txt . ./local
RUN npm install -g pm2@6.0.5 && gem install bundler:2.6.2 && gem install rake -v 13.2.1 && go install example.com/x@v1.2.3
