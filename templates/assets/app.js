// What links cannot do: docs/reference/theme.md
(d=>{let t=d.documentElement.dataset,w=d.currentScript.dataset,clip=navigator.clipboard,
all=(s,f)=>d.querySelectorAll(s).forEach(f),
make=(tag,o)=>Object.assign(d.createElement(tag),o),
link=(s,f)=>all(s,a=>a.onclick=e=>e.ctrlKey||e.metaKey||e.shiftKey||f(a)||e.preventDefault()),
to=a=>d.getElementById(decodeURI(a.hash.slice(1))),
box=e=>e.getBoundingClientRect(),
pop=make('div',{role:'dialog',tabIndex:-1,popover:'auto'})

all('[data-act=theme]',b=>{let show=n=>{
try{n?localStorage.theme=n:n=localStorage.theme}catch{}
t.theme=n||t.theme||'auto'
b.title=b.ariaLabel=b.dataset[t.theme]||b.dataset.auto}
b.onclick=()=>{let o=['dark','light','auto']
matchMedia('(prefers-color-scheme:dark)').matches&&o.reverse()
show(o[(o.indexOf(t.theme)+1)%3])}
onstorage=onpageshow=()=>show()
b.hidden=show()})

clip&&all('.code>div,button[data-copy]',e=>{let url=e.dataset.copy,b=url?e:make('button',{className:'copy',textContent:w.copy}),was=b.textContent
url||e.append(b)
b.hidden=0
b.ariaLive='polite'
b.onclick=()=>clip.writeText(url||e.nextSibling.textContent).then(()=>{b.textContent=w.copied
setTimeout(()=>b.textContent=was,2e3)},()=>{})})

pop.showPopover&&link('.fnref',a=>{let n=to(a),q=box(a)
n.parentNode.after(pop)
pop.innerHTML=n.innerHTML
pop.ariaLabel=a.ariaLabel
pop.style=`--x:${q.x}px;--y:${scrollY+q.bottom}px;--up:${q.y>innerHeight*.7|0}`
pop.showPopover({source:a})
pop.focus()})

link('a.zoom',a=>{let i=a.querySelector('img').cloneNode(),g=make('dialog',{className:'lightbox',ariaLabel:i.alt})
i.srcset=''
i.src=a.href
g.append(make('button',{textContent:w.close}),i)
g.onclick=g.close
g.onclose=g.remove
d.body.append(g)
g.showModal()})

;(onscroll=()=>{let at
all('.toc a',a=>to(a)&&box(to(a)).y<innerHeight/4&&(at=a))
all('.toc a',a=>a.ariaCurrent=a==at||null)})()

onkeydown=e=>{let s
all('[data-act=search],[type=search]',x=>s=x)
s&&e.key=='/'&&!(e.ctrlKey|e.metaKey|e.altKey)&&!e.target.matches(':read-write,select')&&(e.preventDefault(),s.focus(),s.click())}
})(document)
