"""Uses a daemon through the official OpenAI SDK, as its documentation shows, and prints what it got as JSON."""

import json
import sys

import openai

url, model = sys.argv[1:]
client = openai.OpenAI(base_url=url, api_key="none", max_retries=0)
messages = [{"role": "user", "content": "What is the weather in Paris?"}]
tools = [
    {
        "type": "function",
        "function": {
            "name": "weather",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string", "maxLength": 30}},
                "required": ["city"],
            },
        },
    }
]
found = {}

answer = client.chat.completions.create(model=model, messages=messages, max_tokens=12)
found["chat"] = [answer.choices[0].message.content, answer.usage.completion_tokens]

stream = client.chat.completions.create(
    model=model, messages=messages, max_tokens=12, stream=True, stream_options={"include_usage": True}
)
chunks = list(stream)
found["stream"] = ["".join(c.choices[0].delta.content or "" for c in chunks if c.choices), chunks[-1].usage.total_tokens]

called = client.chat.completions.create(model=model, messages=messages, tools=tools, tool_choice="required")
call = called.choices[0].message.tool_calls[0]
found["call"] = [called.choices[0].finish_reason, call.function.name, json.loads(call.function.arguments)]

with client.chat.completions.stream(
    model=model, messages=messages, tools=tools, tool_choice={"type": "function", "function": {"name": "weather"}}
) as events:
    final = events.get_final_completion()
found["streamed_call"] = json.loads(final.choices[0].message.tool_calls[0].function.arguments)

schema = {"type": "object", "properties": {"legs": {"type": "integer", "minimum": 0, "maximum": 8}}, "required": ["legs"]}
shaped = client.chat.completions.create(
    model=model,
    messages=[{"role": "user", "content": "How many legs has a cat?"}],
    response_format={"type": "json_schema", "json_schema": {"name": "cat", "strict": True, "schema": schema}},
)
found["json"] = json.loads(shaped.choices[0].message.content)

try:
    client.chat.completions.create(model="ai/not-here", messages=messages)
except openai.NotFoundError as error:
    found["missing"] = [error.status_code, error.code]

print(json.dumps(found))
