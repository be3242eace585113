import { AppError } from '#core';

export interface InterceptorSpec {
  readonly when: 'before' | 'after';
  readonly type: 'exec' | 'docker' | 'http';
  /** A command line, an image with its arguments, or a URL. */
  readonly target: string;
}

/** `before:exec:/path/script`, `after:http:https://example.com/x`. @throws AppError `request.invalid` */
export function parseInterceptor(text: string): InterceptorSpec {
  const {
    when,
    type,
    target = '',
  } = /^(?<when>before|after):(?<type>exec|docker|http):(?<target>.+)$/s.exec(text.trim())?.groups ?? {};
  const isUrl = type !== 'http' || /^https?:\/\/\S+$/.test(target);
  if ((when === 'before' || when === 'after') && (type === 'exec' || type === 'docker' || type === 'http') && isUrl) {
    return { when, type, target: target.trim() };
  }
  throw new AppError('request.invalid', `${JSON.stringify(text.slice(0, 100))} is no interceptor.`, {
    hint: 'Write before or after, then exec, docker or http, then what is run or asked: before:exec:./check.sh',
    params: { reason: 'interceptor', text: text.slice(0, 100) },
  });
}
