// The browser's side of `recto serve`. It keeps the page as the server has it, without loading it again.
//
// What differs between the document that the server sent before and the one that it sends now is done to the page, and
// nothing else: what a reader opened, typed or scrolled to stays, and so does what scripts made. Where that cannot be, or where
// a script of the page is another one now, the page is loaded anew.
{
'use strict'
const home = new URL('.', document.currentScript.src) // .../_recto/
const here = location.pathname
const root = document.documentElement
const written = element => new Map([...element.attributes].map(({name, value}) => [name, value]))
const rootAttributes = written(root) // no other script has run yet
const later = milliseconds => new Promise(done => setTimeout(done, milliseconds))
const reload = () => {
  location.reload()
  return new Promise(() => {}) // nothing is done after that
}

// ---- What the server sent -----------------------------------------------------------------------------------------------

let shown // what the page is made of: its status, its text, and that as a document
let copy // the page as it was before deferred scripts ran
const live = new WeakMap() // for each node of these two, the one of the page that it has become

const kids = node => [...(node.content instanceof DocumentFragment ? node.content : node).childNodes]
const carry = (from, to, become = node => live.get(node)) => { // from one tree to an equal one
  live.set(to, become(from))
  const children = kids(to)
  kids(from).forEach((child, at) => carry(child, children[at], become))
}

const takeCopy = () => {
  copy = document.implementation.createHTMLDocument().importNode(root, true) // there no picture is loaded
  carry(root, copy, node => node)
  for (const name of written(copy).keys()) copy.removeAttribute(name)
  for (const [name, value] of rootAttributes) copy.setAttribute(name, value)
}

// Parsed here, what is in a noscript would be elements; in the page it is none
const parse = text =>
  new DOMParser().parseFromString(text.replace(/<noscript\b[^>]*>[^]*?<\/noscript\s*>/gi, ''), 'text/html')

const scripts = tree => [...tree.querySelectorAll('script')]
  .filter(({type}) => /^$|script|module|map|rules/i.test(type)).map(script => script.outerHTML).join()

// Whether the page was made of this answer: a tab that goes back can show an older one
const isOf = (answer, text) => {
  const [entry] = performance.getEntriesByType('navigation')
  const edition = entry?.serverTiming?.find(({name}) => name == 'edition')
  if (edition) return !!answer.headers.get('etag')?.includes(edition.description)
  return !entry?.decodedBodySize || entry.decodedBodySize == new Blob([text]).size
}

// ---- Which node of one document is which of the other -------------------------------------------------------------------

const kind = node => [node.nodeName, node.rel, node.name, node.getAttribute?.('property')].join()
const NAMES = [ // nodes that have the same one are taken for one; "" is no name
  node => node.outerHTML ?? node.nodeName + node.data,
  node => node.id ?? '',
  node => kind(node) + node.getAttribute?.('class'),
  kind,
]

// In order: what has a name that is on both sides once; between these what has the same one from either end; then by the next name
const pairs = (olds, news, level = 0) => {
  if (level == NAMES.length || !olds.length || !news.length) return []
  const from = olds.map(NAMES[level]), to = news.map(NAMES[level]), found = []
  const equal = (i, j) => from[i] && from[i] == to[j]
  let i = 0, j = 0
  for (const [a, b] of [...longest(unique(from, to)), [olds.length, news.length]]) {
    let k = a, l = b
    while (i < k && j < l && equal(i, j)) found.push([olds[i++], news[j++]])
    while (i < k && j < l && equal(k - 1, l - 1)) found.push([olds[--k], news[--l]])
    found.push(...pairs(olds.slice(i, k), news.slice(j, l), level + 1))
    if (a < olds.length) found.push([olds[a], news[b]])
    i = a + 1
    j = b + 1
  }
  return found
}

const unique = (from, to) => {
  const [one, other] = [from, to].map(names => {
    const places = new Map()
    names.forEach((name, at) => places.set(name, places.has(name) ? -1 : at))
    return places
  })
  return [...one].map(([name, at]) => [at, name ? other.get(name) ?? -1 : -1]).filter(pair => !pair.includes(-1))
}

// As many pairs as possible of those that keep their order on both sides
const longest = found => {
  const ends = [], before = [] // which pair ends the best run of each length, and which comes before each pair
  found.forEach(([, b], at) => {
    const goesOn = !ends.length || found[ends.at(-1)][1] < b
    const length = goesOn ? ends.length : ends.findIndex(end => found[end][1] > b)
    before[at] = ends[length - 1]
    ends[length] = at
  })
  const run = []
  for (let at = ends.at(-1); at >= 0; at = before[at]) run.push(found[at])
  return run.reverse()
}

// ---- Doing to the page what was done to the document ----------------------------------------------------------------------

let leaving = [], arriving = [] // style sheets: an old one stays until the new ones are there

const isSheet = node => node.nodeName == 'LINK' && /\bstylesheet\b/i.test(node.rel)
const isSame = (one, other) => NAMES[0](one) == NAMES[0](other)

// `learn` only notes which node is which
const follow = (old, now, learn = false) => {
  const node = live.get(old)
  if (isSame(old, now)) return carry(old, now)
  live.set(now, node)
  if (!node && !learn) throw Error('a script took this away')
  if (old.nodeType != Node.ELEMENT_NODE) return learn || write(node, now.data)
  if (!learn) adjust(node, old, now)
  const before = kids(old), after = kids(now)
  const matched = pairs(before, after).filter(([a, b]) => !isSheet(a) || isSame(a, b))
  const kept = new Map(matched.map(([a, b]) => [b, a]))
  for (const [a, b] of matched) follow(a, b, learn)
  if (learn) return
  const stay = new Set(kept.values())
  before.filter(each => !stay.has(each)).forEach(remove)
  place(node.content instanceof DocumentFragment ? node.content : node, after, kept)
}

const adjust = (node, old, now) => {
  const was = written(old), is = written(now)
  for (const name of new Set([...was.keys(), ...is.keys()])) {
    if (was.get(name) === is.get(name) || name == 'open') continue // whether it is open, the reader decides
    if (name.includes(':')) throw Error('a name that belongs to another language')
    if (name == 'class') {
      node.classList.remove(...old.classList)
      node.classList.add(...now.classList)
    } else if (is.has(name)) node.setAttribute(name, is.get(name))
    else node.removeAttribute(name)
  }
}

// Only what differs, so that a selection stays
const write = (node, text) => {
  const was = node.data, least = Math.min(was.length, text.length)
  let start = 0, end = 0
  while (start < least && was[start] == text[start]) start++
  while (end < least - start && was.at(-1 - end) == text.at(-1 - end)) end++
  node.replaceData(start, was.length - start - end, text.slice(start, text.length - end))
}

const remove = old => isSheet(old) ? leaving.push(live.get(old)) : live.get(old)?.remove()

const place = (parent, after, kept) => {
  let last = null
  for (const now of after) {
    let node = live.get(now)
    if (!kept.has(now)) {
      node = document.importNode(now, true)
      carry(node, now, made => made)
      if (isSheet(now)) arrive(node)
      parent.insertBefore(node, last ? last.nextSibling : parent.firstChild)
    }
    while (node && node.parentNode != parent) node = node.parentNode // scripts put things into boxes
    last = node ?? last
  }
}

// A new sheet does nothing before all of them can be used
const arrive = sheet => {
  const {media} = sheet
  const loaded = new Promise(done => sheet.onload = sheet.onerror = done)
  sheet.media = 'not all'
  arriving.push({sheet, media, loaded})
}
const dress = () => {
  for (const {sheet, media} of arriving) media ? sheet.media = media : sheet.removeAttribute('media')
  for (const sheet of leaving) sheet?.remove()
  leaving = []
  arriving = []
}
const dressed = () => Promise.race([Promise.all(arriving.map(({loaded}) => loaded)), later(4000)]).then(dress)

const update = async doc => {
  const was = shown?.doc.documentElement ?? copy, now = doc.documentElement
  if (scripts(was) != scripts(now)) return reload()
  try {
    adjust(root, was, now)
    follow(was.querySelector('head'), doc.head)
    await dressed()
    follow(was.querySelector('body'), doc.body)
    dress()
  } catch {
    return reload()
  }
  document.dispatchEvent(new Event('recto:update'))
}

const learn = doc => {
  follow(copy.querySelector('head'), doc.head, true)
  follow(copy.querySelector('body'), doc.body, true)
}

// Sheets and pictures whose address is the old one, but not their bytes; null: that can be any
const refresh = async files => {
  const done = new Set(), at = address => new URL(address, document.baseURI)
  const stale = address => at(address).origin == location.origin && (!files || files.includes(at(address).pathname))
  const again = address => {
    const url = at(address)
    done.add(url.pathname)
    url.searchParams.set('recto', Date.now())
    return url.href
  }
  const fresh = address => stale(address) ? again(address) : address
  const nodes = selector => [...shown.doc.querySelectorAll(selector)].map(node => [node, live.get(node)])
    .filter(([, node]) => node?.isConnected)
  for (const [written, old] of nodes('link[href]').filter(([, node]) => isSheet(node) && stale(node.href))) {
    const sheet = old.cloneNode()
    sheet.href = again(old.href)
    arrive(sheet)
    old.after(sheet)
    leaving.push(old)
    live.set(written, sheet)
  }
  for (const [, node] of nodes('img, source, video, image, input[src], link[rel~=icon]')) {
    for (const name of ['src', 'poster', 'href', 'srcset']) {
      const value = node.getAttribute(name)
      const now = name == 'srcset' ? value?.replace(/(^\s*|,\s+)(\S+)/g, (all, gap, url) => gap + fresh(url)) : value && fresh(value)
      if (now != value) node.setAttribute(name, now)
    }
  }
  await dressed()
  const used = ({name, initiatorType}) => /^(css|script)$/.test(initiatorType) && stale(name) && !done.has(at(name).pathname)
  if (files && performance.getEntriesByType('resource').some(used)) return reload() // by a sheet, or a script
}

// ---- Looking whether the server has something else ------------------------------------------------------------------------

const look = async files => {
  const asked = fetch(`${home}page?url=${encodeURIComponent(here)}`).then(answer => answer.json()).catch(() => null)
  const answer = await fetch(here, {cache: 'no-cache'}), {ok, status} = answer
  const text = await answer.text()
  if (answer.redirected) return reload()
  if (!shown) {
    const doc = parse(text)
    if (isOf(answer, text)) learn(doc)
    else await (ok ? update(doc) : reload())
    shown = {status, text, doc}
  } else if (status == shown.status && text != shown.text) {
    const doc = parse(text)
    await update(doc)
    shown = {status, text, doc}
  } else if (status != shown.status && shown.status != 200) return reload() // there is a page now
  if (!files || files.length) await refresh(files)
  tell(await asked)
}

let turn = Promise.resolve(), waiting
const check = (files = []) => {
  if (waiting) waiting.files = files && waiting.files && [...waiting.files, ...files]
  else {
    waiting = {files}
    turn = turn.then(() => {
      ;({files} = waiting)
      waiting = null
      return look(files)
    }).catch(() => {}) // the server is away: whoever hears it again, looks again
  }
}

// ---- Hearing of it ----------------------------------------------------------------------------------------------------------

// A browser has six connections to a host, for all tabs together: one of them listens, and tells the others
const channel = new BroadcastChannel(`recto ${home}`)
let last, source, retry, lost, wait = 250

// `first`: on a new connection, before which something can have been missed
const hear = ({edition, first}) => {
  if (!edition) return lost ??= setTimeout(waitFor, 2000)
  clearTimeout(lost)
  lost = waitFor(null)
  const step = last && (edition.session == last.session ? edition.number - last.number : NaN)
  last = edition
  if (step === undefined || step === 0 && first) check()
  else if (step !== 0) check(step == 1 && !first ? edition.files : null)
}
const say = said => {
  hear(said)
  channel.postMessage(said)
}
channel.onmessage = ({data}) => data == 'who' ? source && last && channel.postMessage({edition: last}) : hear(data)

const open = () => {
  close()
  let first = true
  source = new EventSource(`${home}events`)
  source.addEventListener('edition', ({data}) => {
    say({edition: JSON.parse(data), first})
    first = false
    wait = 250
  })
  source.onerror = () => {
    source.close()
    say({})
    retry = setTimeout(open, wait)
    wait = Math.min(2 * wait, 4000)
  }
}
const close = () => {
  clearTimeout(retry)
  source = source?.close()
}

let leave
const listen = () => {
  leave?.abort()
  const {signal} = leave = new AbortController()
  const held = () => {
    open()
    return new Promise(done => signal.onabort = () => done(close()))
  }
  if (navigator.locks) navigator.locks.request(channel.name, {signal}, held).catch(() => {})
  else held()
  channel.postMessage('who')
}
const attend = () => {
  if (!navigator.locks && document.hidden) leave.abort() // each tab listens for itself, while it is looked at
  else if (!navigator.locks && !source) listen()
  else if (source?.readyState == EventSource.CLOSED) open()
}
let awake = Date.now()
setInterval(() => {
  const before = awake
  awake = Date.now()
  if (source && awake - before > 90e3) open() // the machine slept, and the connection may be dead without a word
}, 15e3)

// ---- Showing what is wrong ---------------------------------------------------------------------------------------------------

const make = (tag, properties, ...within) => {
  const element = Object.assign(document.createElement(tag), properties)
  element.append(...within.filter(Boolean))
  return element
}
const count = (number, thing) => number && `${number} ${thing}${number == 1 ? '' : 's'}`

const said = make('p', {className: 'said', role: 'status'})
const absent = make('p', {className: 'absent', role: 'status'})
const badges = make('div', {className: 'badges'})
const host = make('recto-preview', {lang: 'en', dir: 'ltr', hidden: true}) // no style of the page reaches into it
host.attachShadow({mode: 'open'}).append(
  make('link', {rel: 'stylesheet', href: `${home}preview.css`, onload: () => host.hidden = false}),
  make('div', {className: 'corner'}, said, absent, badges),
)

function waitFor(text = 'Connection lost. Waiting for recto serve.') {
  absent.textContent = text
  return text && 1
}

let told = {errors: [], warnings: [], marks: [], gone: null}, cover, closed, focused

const tell = now => {
  const unlike = part => JSON.stringify(part(now)) != JSON.stringify(part(told))
  if (!now || !unlike(all => all)) return
  if (unlike(({errors, gone}) => [errors, gone])) closed = false
  told = now
  mark(now.marks)
  draw()
}

const line = ({kind, text, place, link}) => {
  const [before, after] = place ? text.split(place) : [text]
  return make('span', {className: kind},
    before, link ? make('a', {href: link, title: 'Open it in the editor'}, place) : place, after)
}
const problem = ({severity, lines}) => {
  const block = make('li', {className: `problem ${severity}`})
  let excerpt // its lines scroll together
  for (const each of lines) {
    if (!/code|caret/.test(each.kind)) excerpt = block.append(line(each))
    else if (excerpt) excerpt.append(line(each))
    else block.append(excerpt = make('span', {className: 'excerpt', tabIndex: 0}, line(each)))
  }
  return block
}
const problems = list => list.length && make('ol', {}, ...list.map(problem))
const whole = () => make('a', {href: home}, 'The whole site')

const panel = (title, {errors, gone}) => make('section', {className: 'panel', role: 'alertdialog', ariaLabel: title, tabIndex: -1},
  make('header', {}, make('h1', {}, title), make('button', {onclick: shut, title: 'Close (Esc)'}, 'Close')),
  gone && make('p', {}, `${gone.message} `, make('a', {href: gone.url}, `Go to ${gone.title}`)),
  problems(errors),
  make('p', {className: 'note'}, 'What you see behind this is how the page was last. Save the file, and this goes away. ', whole()))

const draw = () => {
  const {errors, warnings, gone} = told
  const title = [gone?.heading, shown.status == 200 && count(errors.length, 'error')].filter(Boolean).join(', ')
  const had = !!cover, inside = host.shadowRoot.activeElement?.closest('.cover')
  cover?.remove()
  cover = title && !closed && make('div', {className: 'cover'}, panel(title, told))
  badges.replaceChildren(...[
    closed && title && make('button', {className: 'badge error', onclick: reopen}, title),
    warnings.length && make('details', {className: 'badge warning'},
      make('summary', {}, count(warnings.length, 'warning')),
      make('section', {className: 'panel', ariaLabel: 'Warnings of this page'}, problems(warnings), make('p', {className: 'note'}, whole()))),
  ].filter(Boolean))
  host.style.setProperty('--bar', `${document.getElementById('recto-banner')?.offsetHeight ?? 0}px`)
  if (cover) host.shadowRoot.append(cover)
  if (cover && (inside || !had && !isTyping())) {
    if (!inside) focused = document.activeElement
    cover.firstChild.focus({preventScroll: true})
  } else if (inside) focused?.focus({preventScroll: true})
  said.textContent = cover ? title : ''
}
const isTyping = () =>
  document.activeElement?.matches('input, textarea, select, iframe, [contenteditable], [contenteditable] *')
const shut = () => {
  closed = true
  draw()
}
const reopen = () => {
  closed = false
  draw()
}

// What leads to nothing is marked where it stands
const marked = new Map() // and which title it had before
const mark = marks => {
  const now = new Map()
  for (const {address, kind, message} of marks) {
    const names = kind == 'link' ? ['href'] : ['src', 'poster', 'data']
    const selector = names.map(name => `[${name}="${CSS.escape(address)}"]`).join()
    for (const node of shown.doc.body.querySelectorAll(selector)) if (live.get(node)) now.set(live.get(node), [kind, message])
  }
  for (const [node, title] of marked) {
    if (now.has(node)) continue
    marked.delete(node)
    node.removeAttribute('data-recto-broken')
    title === null ? node.removeAttribute('title') : node.setAttribute('title', title)
  }
  for (const [node, [kind, message]] of now) {
    if (!marked.has(node)) marked.set(node, node.getAttribute('title'))
    node.setAttribute('data-recto-broken', kind)
    node.title = message
  }
}
const marks = new CSSStyleSheet()
marks.replaceSync(`
  [data-recto-broken] { outline: 2px dashed #a15c00 !important; outline: 2px dashed light-dark(#a15c00, #f0b86e) !important; outline-offset: 2px !important }
  img[data-recto-broken] { display: inline-block !important; min-width: 8rem; min-height: 5rem }
  @media print { [data-recto-broken] { outline: 0 !important } }
`)

// ---- Beginning ----------------------------------------------------------------------------------------------------------------

const begin = () => {
  if (document.readyState == 'loading') return
  document.removeEventListener('readystatechange', begin)
  takeCopy()
  root.append(host)
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, marks]
  check()
  listen()
}
document.addEventListener('readystatechange', begin)
document.addEventListener('visibilitychange', attend)
addEventListener('online', attend)
addEventListener('pagehide', () => leave?.abort())
addEventListener('pageshow', ({persisted}) => {
  if (!persisted) return
  listen()
  check()
})
document.addEventListener('keydown', event => {
  if (event.key != 'Escape' || event.defaultPrevented || document.querySelector(':modal, :popover-open')) return
  const open = badges.querySelector('details[open]')
  if (open) {
    open.open = false
    open.firstChild.focus()
  } else if (cover) shut()
})
}
