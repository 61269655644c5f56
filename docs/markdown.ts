// Markdown, as the pages that are made need it.
export const MADE =
  '<!-- Made by `npm run docs`: change the source that it is made of instead. -->';

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

export function block(content: string, language = 'sh'): string {
  return `\`\`\`${language}\n${content}\n\`\`\``;
}

/** Plain text in Markdown: what would be a mark is none. */
export function text(plain: string): string {
  return plain.replace(/[\\`*<>[\]|]|\b_|_\b/g, '\\$&');
}
