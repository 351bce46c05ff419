// docs/reference/theme.md
{let d=document,t=d.documentElement.dataset,w=d.currentScript.dataset,clip=navigator.clipboard,
all=(s,f)=>d.querySelectorAll(s).forEach(f),
make=(tag,o)=>Object.assign(d.createElement(tag),o),
link=(s,f)=>all(s,a=>a.onclick=e=>e.ctrlKey|e.metaKey|e.shiftKey||f(a)||e.preventDefault()),
to=a=>d.getElementById(decodeURI(a.hash.slice(1))),
box=e=>e?.getBoundingClientRect(),
pop=make('div',{role:'dialog',tabIndex:-1,popover:''}),
up=()=>{
all('[data-act=theme]',b=>{let show=n=>{
try{n?localStorage.theme=n:n=localStorage.theme}catch{}
t.theme=n||t.theme||'auto'
b.title=b.ariaLabel=b.dataset[t.theme]||b.dataset.auto}
b.onclick=()=>{let o=['dark','light','auto']
matchMedia('(prefers-color-scheme:dark)').matches&&o.reverse()
show(o[(o.indexOf(t.theme)+1)%3])}
b.hidden=show()})

clip&&all('.code>div:not(:has(.copy)),[data-copy][hidden]',e=>{let u=e.dataset.copy,b=u?e:make('button',{className:'copy',innerText:w.copy}),was=b.textContent
u||e.append(b)
b.hidden=0
b.ariaLive='polite'
b.onclick=()=>clip.writeText(u||e.nextSibling.textContent).then(()=>{b.innerText=w.copied
setTimeout(()=>b.innerText=was,2e3)},()=>{})})

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
g.append(make('button',{innerText:w.close}),i)
g.onclick=g.close
g.onclose=g.remove
d.body.append(g)
g.showModal()})

;(onscroll=(e,at)=>{all('.toc a',a=>box(to(a))?.y<innerHeight/4&&(at=a))
all('.toc a',a=>a.ariaCurrent=a==at||null)})()}

onkeydown=(e,s)=>{all('[data-act=search],[type=search]',x=>s=x)
s&&e.key=='/'&&!(e.ctrlKey|e.metaKey|e.altKey|e.target.matches(':read-write,select'))&&(e.preventDefault(),s.focus(),s.click())}
d.addEventListener('recto:update',up);(onstorage=onpageshow=up)()}
