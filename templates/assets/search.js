// The search page: docs/how-to/search.md. Nothing of the index is fetched before somebody asks for something.
{
const words = document.currentScript.dataset
const language = document.documentElement.lang
const [main] = document.getElementsByTagName('main')
const find = selector => main.querySelector(selector)
const form = find('.search'), input = form.q, status = find('.found'), list = find('.results')
const more = find('.pager button'), browse = find('.browse')
const home = new URL('..', form.action) // the form knows below which folder the site is
const STEP = 10 // results shown at once

// Scripts without spaces: the index knows each of their characters as a word
const UNSPACED = '[\\u3005-\\u3007\\u3040-\\u312f\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}]'
const run = RegExp(UNSPACED + '+', 'gu'), whole = RegExp(`^${UNSPACED}{2,}$`, 'u')
const apart = RegExp(` ?((?:</?mark>)*${UNSPACED}(?:</?mark>)*) ?`, 'gu')
const asked = text => {
  const spread = text.replace(run, found => ` ${[...found].join(' ')} `).trim()
  return whole.test(text) ? `"${spread}"` : spread
}
const joined = text => text.replace(apart, '$1')

const make = (tag, properties, ...inside) => {
  const element = Object.assign(document.createElement(tag), properties)
  element.append(...inside)
  return element
}
const link = (url, title) => make('a', {href: url}, joined(title))

// Of Pagefind's HTML only its marks are taken; all else is text
const marked = html =>
  [...new DOMParser().parseFromString(joined(html), 'text/html').body.childNodes].map(node =>
    node.nodeName == 'MARK' ? make('mark', {}, node.textContent) : node.textContent)

const day = date => make('time', {dateTime: date},
  new Date(date).toLocaleDateString(language == 'en' ? 'en-GB' : language, {dateStyle: 'long', timeZone: 'UTC'}))

const item = ({url, meta, excerpt, anchors, sub_results}) => {
  const parts = sub_results.filter(part => part.url != url).slice(0, 3)
  const facts = [meta.date && day(meta.date), meta.topic && make('span', {}, joined(meta.topic))]
  const made = make('li', {dir: 'auto'},
    make('h2', {}, link(url, meta.title)),
    make('p', {className: 'meta ui'}, ...facts.filter(Boolean)),
    make('p', {}, ...marked(excerpt)))
  if (parts.length) made.append(make('ul', {className: 'plain ui'}, ...parts.map(part => make('li', {}, link(part.url, part.title)))))
  const [, lang] = anchors[0]?.id.match(/^lang=(.+)/) ?? []
  if (lang) made.lang = lang
  return made
}

let engine, results = [], turn = 0, timer
const load = () => engine ??= import(new URL('pagefind/pagefind.js', home))
  .then(async pagefind => {
    await pagefind.options({noWorker: true}) // a worker would be one more script to fetch
    return pagefind
  })
  .catch(problem => {
    engine = null
    throw problem
  })

const show = (text, items) => {
  status.textContent = text
  list.replaceChildren(...items)
  list.hidden = !items.length
  browse.hidden = !list.hidden
  more.hidden = results.length <= items.length
}
const some = async start => (await Promise.all(results.slice(start, start + STEP).map(result => result.data()))).map(item)

const search = async () => {
  clearTimeout(timer)
  const text = input.value.trim(), mine = ++turn
  history.replaceState(null, '', text ? '?q=' + encodeURIComponent(text) : location.pathname)
  results = []
  if (!text) return show('', [])
  if (list.hidden) status.textContent = words.busy
  try {
    const found = (await (await load()).search(asked(text))).results
    if (mine != turn) return
    results = found
    const items = await some(0)
    if (mine == turn) show(items.length ? words.found.replace('{n}', found.length) : words.none.replace('{q}', () => text), items)
  } catch {
    if (mine == turn) show(words.failed, [])
  }
}

input.onfocus = () => load().catch(() => {})
input.oninput = () => {
  clearTimeout(timer)
  timer = setTimeout(search, 200)
}
form.onsubmit = event => {
  event.preventDefault()
  search()
}
more.onclick = async () => {
  const items = await some(list.childElementCount)
  list.append(...items)
  more.hidden = results.length <= list.childElementCount
  items[0].querySelector('a').focus()
}
main.onkeydown = event => {
  if (event.isComposing) return // the keys are an input method's
  const step = {ArrowDown: 1, ArrowUp: -1}[event.key]
  if (step) {
    const stops = [input, ...list.querySelectorAll('a')]
    const at = stops.indexOf(document.activeElement)
    if (at < 0 || !stops[at + step]) return
    stops[at + step].focus()
  } else if (event.key == 'Escape') {
    input.value = ''
    input.focus()
    search()
  } else return
  event.preventDefault()
}

input.value = new URLSearchParams(location.search).get('q') ?? ''
if (input.value) search()
else if (document.referrer.startsWith(location.origin)) input.focus() // whoever comes from a page of the site wants to type
}
