#!/bin/sh
# The HTML report in a browser: axe finds nothing, nothing is loaded or run that the page does not bring, it fits three widths, and 10,000 findings are
# filtered; how long that takes is printed, not judged. Skipped by name without Chromium, axe-core or python3.
set -eu
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
home=build/npm
axe=$home/node_modules/axe-core/axe.min.js
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
[ -n "$browser" ] || { echo 'skip html: chromium is not installed'; exit 0; }
command -v python3 >/dev/null || { echo 'skip html: python3 is not installed'; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

# Prints what stands in <pre id=answer> once the page's own scripts are done.
ask() { # page
	timeout 120 "$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$work/profile" --virtual-time-budget=20000 \
		--window-size="${2:-1000},1000" --dump-dom "file://$1" 2>/dev/null |
		python3 -c 'import re,sys,html; m=re.search(r"<pre id=\"answer\">(.*?)</pre>", sys.stdin.read(), re.S); print(html.unescape(m.group(1)) if m else "no answer")'
}
# A copy of a page with a script of ours at its end; its policy, which would forbid that, is taken out.
with_script() { # page, script, out
	python3 - "$@" <<'PY'
import re, sys
page, script, out = sys.argv[1:]
text = open(page, encoding="utf-8").read()
text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
text = text.replace("</body>", "<script>" + open(script, encoding="utf-8").read().replace("</script", "<\\/script") + "</script></body>")
open(out, "w", encoding="utf-8").write(text)
PY
}
verdict() { # name, wanted, got
	if [ "$2" = "$3" ]; then echo "ok $1"; else
		echo "not ok $1: $3"
		bad=1
	fi
}

page=$PWD/testdata/golden/report.html
answer='function answer(t){const p=document.createElement("pre");p.id="answer";p.textContent=t;document.body.append(p)}'

# The page as it is: its policy lets its own script run, and that alone.
verdict html_script_runs_under_its_policy yes "$(timeout 60 "$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$work/profile" --dump-dom "file://$page" 2>/dev/null |
	grep -q '<p id="search">' && echo yes || echo no)"
verdict html_loads_nothing 0 "$(grep -Eco '(src|action|data|poster)="|@import|url\([^#]' "$page" || true)"

if [ -f "$axe" ]; then
	for theme in light dark; do
		{
			cat "$axe"
			echo "$answer"
			[ $theme = dark ] && echo 'for(const s of document.querySelectorAll("style"))s.textContent=s.textContent.replaceAll("(prefers-color-scheme:dark)","all");'
			echo 'for(const d of document.querySelectorAll("details"))d.open=true;'
			printf '%s\n' 'axe.run().then(r=>answer(r.violations.map(v=>v.id+": "+v.nodes.map(n=>n.html.slice(0,120)).slice(0,3).join(" ")).join("\n")||"none"),e=>answer("axe: "+e));'
		} >"$work/axe.js"
		with_script "$page" "$work/axe.js" "$work/axe.html"
		verdict "html_axe_$theme" none "$(ask "$work/axe.html")"
	done
else
	echo 'skip html_axe: axe-core is not there; tools/install-axe.sh fetches it'
fi

for width in 500 900 1400; do
	{
		echo "$answer"
		echo 'answer(document.documentElement.scrollWidth<=innerWidth?"fits":"wider: "+document.documentElement.scrollWidth+" > "+innerWidth);'
	} >"$work/fit.js"
	with_script "$page" "$work/fit.js" "$work/fit.html"
	verdict "html_fits_$width" fits "$(ask "$work/fit.html" $width)"
done

for n in 1000 10000; do tests/golden/many.py $n >"$work/$n.jsonl"; done
"$build/nhiscan" merge --format html "$work/1000.jsonl" >"$work/few.html" || [ $? = 3 ]
"$build/nhiscan" merge --format html "$work/10000.jsonl" >"$work/many.html" || [ $? = 3 ] # it was incomplete
{
	echo "$answer"
	echo 'const t0=performance.now();const box=document.getElementById("f-low");document.body.offsetHeight;const opened=performance.now();'
	echo 'box.click();document.body.offsetHeight;const hidden=!document.querySelector(".sev-low")&&document.querySelectorAll(".f").length===100;'
	echo 'const filtered=performance.now()-opened;const elements=document.getElementsByTagName("*").length;'
	echo 'document.querySelector("#more button").click();const more=document.querySelectorAll(".f").length;'
	echo 'document.getElementById("q").value="00000000000000000000000000001388";document.querySelector(".filters").dispatchEvent(new Event("change"));'
	echo 'const told=document.getElementById("shown").textContent;'
	echo 'document.body.replaceChildren();answer(JSON.stringify({opened:Math.round(opened),filtered:Math.round(filtered),hidden,elements,more,told}));'
} >"$work/time.js"
with_script "$work/many.html" "$work/time.js" "$work/time.html"
# Virtual time would stop the clock: without it.
times=$(timeout 120 "$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$work/profile" --dump-dom "file://$work/time.html" 2>/dev/null |
	python3 -c 'import re,sys,html; m=re.search(r"<pre id=\"answer\">(.*?)</pre>", sys.stdin.read(), re.S); print(html.unescape(m.group(1)) if m else "{}")')
echo "# 10,000 findings: $times (milliseconds)"
field() {
	echo "$times" | python3 -c 'import json,sys; print(json.load(sys.stdin).get(sys.argv[1]))' "$1"
}
verdict html_filters_10000 True "$(field hidden)"
# What opening costs follows what the page holds, on every machine: 281,000 elements took 2.2 s, so 20,000 stay far below a second.
verdict html_of_10000_is_light yes "$([ "$(field elements)" -lt 20000 ] && echo yes || field elements)"
verdict html_shows_more_when_asked 200 "$(field more)"
verdict html_search_sees_what_is_not_shown "1 matching, of 10000." "$(field told)"

# Where no script runs, every finding is an element and style alone filters: in a frame that forbids scripts.
{
	echo '<!DOCTYPE html><body><script>'
	echo "$answer"
	echo '</script><iframe sandbox="allow-same-origin" width="900" height="900"></iframe><script>const frame=document.querySelector("iframe");'
	echo 'frame.onload=()=>{const d=frame.contentDocument,all=d.querySelectorAll(".f"),low=d.querySelectorAll(".sev-low");d.getElementById("f-low").checked=false;'
	echo 'answer(JSON.stringify({all:all.length,low:low.length>100,hidden:[...low].every(e=>frame.contentWindow.getComputedStyle(e).display==="none")}));};frame.srcdoc='
	python3 -c 'import json,sys; print(json.dumps(open(sys.argv[1], encoding="utf-8").read()).replace("<", "\\u003c"))' "$work/few.html"
	echo '</script></body>'
} >"$work/frame.html"
verdict html_without_script '{"all":1000,"low":true,"hidden":true}' "$(ask "$work/frame.html")"
exit $bad
