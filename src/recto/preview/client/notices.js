// What is wrong, shown over the page and in it: docs/how-to/preview.md. All of it stands in one element of our own, into which no
// style of the page reaches; in the page itself only what leads to nothing is marked.

const home = new URL('.', import.meta.url)
const make = (tag, properties, ...within) => {
  const element = Object.assign(document.createElement(tag), properties)
  element.append(...within.filter(Boolean))
  return element
}
const count = (list, thing) => list.length && `${list.length} ${thing}${list.length == 1 ? '' : 's'}`

const absent = make('p', {className: 'absent', role: 'status'})
const badges = make('div', {className: 'badges'})
const corner = make('div', {className: 'corner'}, badges, absent)
const host = make('recto-preview', {lang: 'en', dir: 'ltr'})
const styled = rest => host.style = `all: initial !important; color-scheme: inherit !important; ${rest}`
styled('display: none !important')
host.attachShadow({mode: 'open'}).append(
  make('link', {rel: 'stylesheet', href: `${home}preview.css`, onload: () => styled('')}), corner)
document.documentElement.append(host)

// That the server is away, or back
export const tellAway = away => absent.textContent = away ? 'Connection lost. Waiting for recto serve.' : ''

// Above the banner of a draft
const settle = () =>
  corner.style.setProperty('--bar', `${document.getElementById('recto-banner')?.offsetHeight ?? 0}px`)
addEventListener('resize', settle)

let told = {errors: [], warnings: [], marks: [], gone: null}, cover, closed, focused

// `shown` is what the page is made of, `live` knows for each node of that document the one in the page
export const tell = (now, shown, live) => {
  if (shown.status == 500) now.errors = [] // it is a page of errors itself
  const unlike = part => JSON.stringify(part(now)) != JSON.stringify(part(told))
  mark(now.marks, shown.doc, live)
  settle()
  if (!unlike(all => all)) return
  if (unlike(({errors, gone}) => [errors, gone])) closed = false
  told = now
  draw()
}

const draw = () => {
  const {errors, warnings, gone} = told
  const title = [gone?.heading, count(errors, 'error')].filter(Boolean).join(', ')
  const had = cover, inside = host.shadowRoot.activeElement?.closest('.cover'), calm = !isTyping()
  cover?.remove()
  cover = title && !closed ? make('div', {className: 'cover'}, panel(title, calm)) : null
  badges.replaceChildren(...[
    title && closed && make('button', {className: 'badge error', onclick: () => shut(false)}, title),
    warnings.length && make('details', {className: 'badge'},
      make('summary', {}, count(warnings, 'warning')),
      make('section', {className: 'panel', ariaLabel: 'Warnings of this page'}, problems(warnings), note(''))),
  ].filter(Boolean))
  if (cover) host.shadowRoot.append(cover)
  if (cover && (inside || !had && calm)) {
    if (!inside) focused = document.activeElement
    cover.firstChild.focus({preventScroll: true})
  } else if (inside) focused?.focus({preventScroll: true})
}

// Whoever is typing goes on: then it is said, and not gone to
const isTyping = () => document.activeElement?.matches('input, textarea, select, iframe, [contenteditable], [contenteditable] *')

const panel = (title, calm) => {
  const {errors, gone} = told
  return make('section', {className: 'panel', role: calm ? 'alertdialog' : 'alert', ariaLabel: title, tabIndex: -1},
    make('header', {}, make('h1', {}, title), make('button', {onclick: () => shut(true), title: 'Escape'}, 'Close')),
    gone && make('p', {}, `${gone.message} `, make('a', {href: gone.url}, `Go to “${gone.title}”`)),
    problems(errors),
    note(`Behind this is the page as it was. ${gone ? 'If it comes back, it is shown again.' : 'Once all is mended, this goes away.'} `))
}
const problems = list => list.length && make('ol', {innerHTML: list.join('')})
const note = text => make('p', {className: 'note'}, text, make('a', {href: home}, 'See the whole site'))
const shut = now => {
  closed = now
  draw()
}

// What leads to nothing is marked where it stands
const marked = new Map() // and which title it had before
const mark = (marks, doc, live) => {
  const now = new Map()
  for (const {address, kind, message} of marks) {
    const names = kind == 'link' ? ['href'] : ['src', 'poster', 'data']
    const places = doc.body.querySelectorAll(names.map(name => `[${name}="${CSS.escape(address)}"]`))
    for (const node of places) now.set(live.get(node), [kind, message])
  }
  now.delete(undefined)
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
const sheet = new CSSStyleSheet()
sheet.replaceSync(`
  [data-recto-broken] { outline: 2px dashed #a15c00 !important; outline-color: light-dark(#a15c00, #f0b86e) !important; outline-offset: 2px !important }
  img[data-recto-broken] { display: inline-block !important; min-width: 8rem; min-height: 5rem }
  @media print { [data-recto-broken] { outline: 0 !important } }
`)
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]

document.addEventListener('keydown', event => {
  if (event.key != 'Escape' || event.defaultPrevented || document.querySelector(':modal, :popover-open')) return
  const list = badges.querySelector('[open]')
  if (list) list.open = list.firstChild.focus()
  else if (cover) shut(true)
})
