server {
  a = "x${y("z")}"
  b = [1, true, <<E
t
E
]
}
p "q" "r" { c: { d = f(x) } } # e
