"""Sixteen neighbours at a time: which of them may be among some people, told by a small filter.

The filter is 512 bits, two bits of arithmetic away from a person: a hash of the person names one. It fits into one
register of processors that work on sixteen numbers at once (`ABLE`), which then need no look at memory for the
nine candidates of ten that close no triangle. All arrays are flat; nothing is checked.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from .compiled import kernel, registers

WIDTH = 16
#: Words of a filter.
WORDS = 16
#: Multiplier of the hash; its highest four bits name the word, the next five the bit.
HASH = np.uint32(0x9E3779B1)
WORD, BIT, LOW = np.uint32(28), np.uint32(23), np.uint32(31)

#: Whether the code that numba makes here may use registers of sixteen numbers.
ABLE = registers("avx512f")

_ONE = np.uint32(1)
_INT, _LONG = ir.IntType(32), ir.IntType(64)
_INTS, _LONGS, _HALF = ir.VectorType(_INT, WIDTH), ir.VectorType(_LONG, 8), ir.VectorType(_INT, 8)
_BOOLS = ir.VectorType(ir.IntType(1), WIDTH)


@kernel
def enter(sieve, person):
    """Put a person into a filter, uint32[16]."""
    x = np.uint32(np.uint32(person) * HASH)
    sieve[x >> WORD] |= _ONE << ((x >> BIT) & LOW)


@intrinsic
def sift(typingctx, head, sieve, low, high, found, count, above):
    """Write `above | e` for each e of low..high (sixteen at most) whose head[e] passes the filter; the new count.

    Up to sixteen words of `found` from `count` on are written over, and sixteen heads are read whatever `high` is.
    """

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        def data(k: int) -> Any:
            return context.make_array(signature.args[k])(context, builder, args[k]).data

        def every(value: int) -> Any:
            return ir.Constant(_INTS, [value] * WIDTH)

        heads, words, into = data(0), data(1), data(4)
        low, high, count, above = args[2], args[3], args[5], args[6]
        places = ir.Constant(_INTS, list(range(WIDTH)))
        inside = builder.icmp_unsigned(
            "<", places, _spread(builder, builder.trunc(builder.sub(high, low), _INT), _INTS)
        )
        filtered = builder.load(builder.bitcast(words, _INTS.as_pointer()), align=4)
        people = builder.load(builder.bitcast(builder.gep(heads, [low]), _INTS.as_pointer()), align=4)
        hashed = builder.mul(people, every(int(HASH)))
        word = _call(builder, "llvm.x86.avx512.permvar.si.512", _INTS, filtered, builder.lshr(hashed, every(int(WORD))))
        bit = builder.and_(builder.lshr(hashed, every(int(BIT))), every(int(LOW)))
        passes = builder.and_(builder.trunc(builder.lshr(word, bit), _BOOLS), inside)
        ties = builder.add(_spread(builder, builder.trunc(low, _INT), _INTS), places)
        packed = _call(builder, "llvm.x86.avx512.mask.compress.v16i32", _INTS, ties, every(0), passes)
        for first in (0, 8):
            half = builder.shuffle_vector(packed, packed, ir.Constant(_HALF, list(range(first, first + 8))))
            triangles = builder.or_(builder.zext(half, _LONGS), _spread(builder, above, _LONGS))
            to = builder.gep(into, [builder.add(count, ir.Constant(_LONG, first))])
            builder.store(triangles, builder.bitcast(to, _LONGS.as_pointer()), align=8)
        passed = builder.ctpop(builder.bitcast(passes, ir.IntType(16)))
        return builder.add(count, builder.zext(passed, _LONG))

    return types.uint64(head, sieve, low, high, found, count, above), codegen


def _spread(builder: Any, value: Any, kind: Any) -> Any:
    nothing = ir.Constant(kind, ir.Undefined)
    one = builder.insert_element(nothing, value, ir.Constant(_INT, 0))
    return builder.shuffle_vector(one, nothing, ir.Constant(ir.VectorType(_INT, kind.count), [0] * kind.count))


def _call(builder: Any, name: str, returned: Any, *args: Any) -> Any:
    kind = ir.FunctionType(returned, [arg.type for arg in args])
    return builder.call(builder.module.globals.get(name) or ir.Function(builder.module, kind, name), args)
