// The browser's side of `recto serve`: it keeps the page as the server has it, without loading it again.
//
// What differs between the document that the server sent before and the one that it sends now is done to the page, and nothing
// else: what a reader opened, typed or scrolled to stays, and so does what scripts made. Where that cannot be, or where a
// script of the page is another one now, the page is loaded anew. What is wrong is shown by notices.js.
{
'use strict'
const home = new URL('.', document.currentScript.src) // .../_recto/
const here = location.pathname
const root = document.documentElement
const attributes = element => new Map([...element.attributes].map(({name, value}) => [name, value]))
const sent = attributes(root) // no other script has run yet
const notices = import(`${home}notices.js`)
const reload = () => {
  location.reload()
  return new Promise(() => {}) // nothing is done after that
}

// ---- What the server sent ----

let shown // what the page is made of: its status, its text, and that as a document
let copy // the page as it was before deferred scripts ran
const live = new WeakMap() // the node of the page that each node of these two has become

const content = node => node.content instanceof DocumentFragment ? node.content : node
const kids = node => [...content(node).childNodes]
const carry = (from, to, become = node => live.get(node)) => { // from one tree to an equal one
  live.set(to, become(from))
  const children = kids(from)
  kids(to).forEach((child, at) => children[at] && carry(children[at], child, become)) // texts can be in other pieces
}

const takeCopy = () => {
  copy = document.implementation.createHTMLDocument().importNode(root, true) // there no picture is loaded
  carry(root, copy, node => node)
  for (const name of attributes(copy).keys()) copy.removeAttribute(name)
  for (const [name, value] of sent) copy.setAttribute(name, value)
}

// Without what is in a noscript: parsed here it would be elements, but in the page it is none
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

// ---- Which node of one document is which of the other ----

const kind = node => [node.nodeName, node.rel, node.name, node.getAttribute?.('property')].join()
const NAMES = [ // nodes that have the same one are taken for one; "" is no name
  node => node.outerHTML ?? node.nodeName + node.data,
  node => node.id && `${node.nodeName} ${node.id}`,
  node => kind(node) + node.getAttribute?.('class'),
  kind,
]

// In order: those with a name that both sides have once; between these, from either end, those with the same one; then by the next name
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

// ---- Doing to the page what was done to the document ----

const isSheet = node => node.nodeName == 'LINK' && /\bstylesheet\b/i.test(node.rel)
const isSame = (one, other) => NAMES[0](one) == NAMES[0](other)
const isThere = node => node?.isConnected || node?.getRootNode() instanceof DocumentFragment // of a template

// `learn` only notes which node is which
const follow = (old, now, learn) => {
  const node = live.get(old)
  if (isSame(old, now)) return carry(old, now)
  live.set(now, node)
  if (!learn && !isThere(node)) throw Error('a script took this away')
  if (old.nodeType != Node.ELEMENT_NODE) return learn || write(node, now.data)
  if (!learn) adjust(node, old, now)
  const before = kids(old), after = kids(now)
  const matched = pairs(before, after).filter(([a, b]) => !isSheet(a) || isSame(a, b))
  for (const [a, b] of matched) follow(a, b, learn)
  if (learn) return
  const [stay, kept] = [0, 1].map(side => new Set(matched.map(pair => pair[side])))
  for (const each of before) if (!stay.has(each)) isSheet(each) ? leaving.push(live.get(each)) : live.get(each)?.remove()
  insert(content(node), after, kept)
}

const adjust = (node, old, now) => {
  const was = attributes(old), is = attributes(now)
  for (const name of new Set([...was.keys(), ...is.keys()])) {
    if (was.get(name) === is.get(name)) continue
    if (name.includes(':')) throw Error('a name of another language')
    if (name == 'class') {
      node.classList.remove(...old.classList)
      node.classList.add(...now.classList)
      if (!node.classList.length) node.removeAttribute(name)
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

const insert = (parent, after, kept) => {
  let last
  for (const now of after) {
    let node = live.get(now)
    if (!kept.has(now)) {
      node = document.importNode(now, true)
      carry(node, now, made => made)
      if (isSheet(node)) arrive(node)
      parent.insertBefore(node, last ? last.nextSibling : parent.firstChild)
    }
    while (node && node.parentNode != parent) node = node.parentNode // a script put it into a box
    last = node ?? last
  }
}

// Old style sheets stay until all new ones are there, which do nothing before
let leaving = [], arriving = []
const arrive = sheet => {
  const {media} = sheet
  const loaded = new Promise(done => sheet.onload = sheet.onerror = done)
  sheet.media = 'not all'
  arriving.push({sheet, media, loaded})
}
const dressed = async () => {
  const patience = new Promise(done => setTimeout(done, 4000))
  if (arriving.length) await Promise.race([patience, Promise.all(arriving.map(({loaded}) => loaded))])
  for (const {sheet, media} of arriving) media ? sheet.media = media : sheet.removeAttribute('media')
  for (const sheet of leaving) sheet?.remove()
  leaving = []
  arriving = []
}

const parts = (was, doc) => [[was.querySelector('head'), doc.head], [was.querySelector('body'), doc.body]]
const update = async doc => {
  const was = shown?.doc.documentElement ?? copy
  if (scripts(was) != scripts(doc)) return reload()
  try {
    adjust(root, was, doc.documentElement)
    for (const [old, now] of parts(was, doc)) {
      follow(old, now)
      await dressed()
    }
  } catch {
    return reload()
  }
  document.dispatchEvent(new Event('recto:update'))
}

// Ask again for sheets and pictures that have other bytes at the same address; null: any can have
const refresh = async files => {
  const at = address => new URL(address, document.baseURI), done = new Set()
  const stale = ({origin, pathname}) => origin == location.origin && (!files || files.includes(pathname))
  const again = (all, gap, address) => {
    const url = at(address)
    if (!stale(url)) return all
    done.add(url.pathname)
    url.searchParams.set('recto', Date.now())
    return gap + url.href
  }
  for (const written of shown.doc.querySelectorAll('link[href], img, source, video, image, input[src]')) {
    const node = live.get(written)
    for (const name of node?.isConnected ? ['href', 'src', 'srcset', 'poster'] : []) {
      const was = node.getAttribute(name), is = was?.replace(/(^\s*|,\s+)(\S+)/g, again)
      if (is == was) continue
      if (isSheet(node)) {
        const sheet = node.cloneNode()
        sheet.href = is
        arrive(sheet)
        node.after(sheet)
        leaving.push(node)
        live.set(written, sheet)
      } else node.setAttribute(name, is)
    }
  }
  await dressed()
  const used = ({name, initiatorType}) =>
    /^(css|script)$/.test(initiatorType) && stale(at(name)) && !done.has(at(name).pathname)
  if (files && performance.getEntriesByType('resource').some(used)) return reload() // by a sheet or as a script
}

// ---- Looking for something else, when told that there may be ----

const look = async files => {
  const asked = fetch(`${home}page?url=${encodeURIComponent(here)}`).then(answer => answer.json()).catch(() => null)
  const answer = await fetch(location.origin + here, {cache: 'no-cache'}), {ok, status} = answer
  const text = await answer.text()
  if (answer.redirected) return reload()
  if (shown && shown.status != status) {
    if (shown.status != 200) return reload() // there is a page now
  } else if (shown?.text != text) {
    const doc = parse(text)
    if (!shown && isOf(answer, text)) for (const [old, now] of parts(copy, doc)) follow(old, now, true)
    else await (shown || ok ? update(doc) : reload())
    shown = {status, text, doc}
  }
  if (!files || files.length) await refresh(files)
  const {tell} = await notices, said = await asked
  if (said) tell(said, shown, live)
}

let turn = Promise.resolve(), waiting
const check = (files = []) => {
  if (waiting) return waiting.files = files && waiting.files && [...waiting.files, ...files]
  waiting = {files}
  turn = turn.then(() => {
    const {files} = waiting
    waiting = null
    return look(files)
  }).catch(() => {}) // the server is away: as soon as it is heard again, it is asked again
}

// ---- Being told ----

// A browser has six connections to a host, for all tabs together: one tab listens, and tells the others
const channel = new BroadcastChannel(`recto ${home}`)
let last, source, retry, lost, leave, wait = 250, awake = Date.now()

// `first`: on a new connection, before which something can have been missed
const hear = ({edition, first}) => {
  if (!edition) return lost ??= setTimeout(tellAway, 2000, true)
  clearTimeout(lost)
  lost = tellAway(false)
  const known = last?.session == edition.session && last.number == edition.number
  const missed = first && last && !known
  last = edition
  if (first || !known) check(missed ? null : edition.files)
}
const tellAway = away => {
  notices.then(module => module.tellAway(away))
}
const say = said => {
  hear(said)
  channel.postMessage(said)
}
channel.onmessage = ({data}) => hear(data)

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

const listen = () => {
  leave?.abort()
  const {signal} = leave = new AbortController()
  const held = () => {
    open()
    return new Promise(done => signal.onabort = () => done(close()))
  }
  navigator.locks ? navigator.locks.request(channel.name, {signal}, held).catch(() => {}) : held()
}
const attend = () => {
  if (!navigator.locks) document.hidden ? leave.abort() : source || listen() // each tab for itself, while it is looked at
  else if (source?.readyState == EventSource.CLOSED) open()
}
setInterval(() => {
  if (source && Date.now() - awake > 90e3) open() // the machine slept, and the connection may be dead without a word
  awake = Date.now()
}, 15e3)

// ---- Beginning ----

const begin = () => {
  if (document.readyState == 'loading') return
  document.removeEventListener('readystatechange', begin)
  takeCopy()
  check()
  listen()
}
document.addEventListener('readystatechange', begin)
document.addEventListener('visibilitychange', attend)
addEventListener('pagehide', () => leave?.abort())
addEventListener('pageshow', ({persisted}) => persisted && (listen(), check()))
}
