def judge(lines): return []
