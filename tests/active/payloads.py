"""Texts that would run in a page which took them for anything but text, and what notices it."""

from __future__ import annotations

#: Nobody is there: a request to it is proof that something ran or was fetched.
CANARY_HOST = "canary.invalid"

#: Each breaks out of another place; all of them call the same hook, or fetch.
PAYLOADS = (
    "<script>__hit('script')</script>",
    "<img src=x onerror=__hit('img')>",
    "\"><svg onload=__hit('attribute')>",
    "'><svg/onload=__hit('single')>",
    "x\" onmouseover=\"__hit('over')\" autofocus onfocus=\"__hit('focus')",
    "x' onmouseover='__hit(1)' autofocus onfocus='__hit(2)",
    "</script><script>__hit('closed')</script>",
    "</title></textarea></template></style><script>__hit('closing')</script>",
    "--><script>__hit('comment')</script><!--",
    "]]><script>__hit('cdata')</script>",
    "javascript:__hit('address')",
    "\u202ejavascript:__hit('turned')\u200b",
    "[read](javascript:__hit('markdown)')) ![x](x\"onerror=\"__hit('picture))",
    "{{constructor.constructor('__hit(1)')()}} ${__hit(2)} #{__hit(3)}",
    "\"}]}</script><script>__hit('json')</script>",
    "';__hit('quoted');//\u2028__hit('line')",
    "<iframe srcdoc=\"<script>parent.__hit('frame')</script>\">",
    "<details open ontoggle=__hit('toggle')><a href=javascript:__hit('link')>x</a>",
    f"<img src=//{CANARY_HOST}/x><link rel=stylesheet href=//{CANARY_HOST}/y>",
    "<div hx-get=/ hx-trigger=load hx-on::load=__hit('hx') data-cw=toasts>",
)

#: Runs before anything of a page does.
HOOK = "window.__hits = []; window.__hit = word => { window.__hits.push(String(word)) }"

#: What a hand would do, and what has become of a payload although nobody has touched it yet.
TOUCH = """() => {
  const found = []
  for (const each of document.querySelectorAll('*')) {
    for (const name of ['mouseover', 'mouseenter', 'focus', 'toggle', 'pointerdown'])
      each.dispatchEvent(new Event(name, {bubbles: false}))
    for (const attribute of each.attributes) {
      if (attribute.name.startsWith('on')) found.push('<' + each.tagName + ' ' + attribute.name)
      if (/^[\\s\\0-\\x1f]*(javascript|vbscript|data:text)/i.test(attribute.value) &&
          ['href', 'src', 'action', 'formaction', 'xlink:href', 'srcdoc'].includes(attribute.name))
        found.push(attribute.name + '=' + attribute.value.slice(0, 40))
    }
    if (each.tagName == 'SCRIPT' && !each.src && each.type != 'application/json')
      found.push('a script in the page')
    if (each.tagName == 'IFRAME' && each.srcdoc) found.push('a frame in the page')
  }
  for (const each of document.querySelectorAll(
    '[data-bs-toggle], summary, button[type=button], [role=tab], [data-cw-open]'
  )) { try { each.click() } catch {} }
  return found
}"""


def text_of(number: int, length: int = 180) -> str:
    """Return several payloads in one text, another selection for each number."""
    text = ""
    for step in range(len(PAYLOADS)):
        more = PAYLOADS[(number + step) % len(PAYLOADS)]
        if len(text) + len(more) > length:
            break
        text += more
    return text
