// The boundary between libtorch and .NET: plain C functions over at::Tensor.
// Every entry point goes through one of the macros below, so that nothing is ever thrown across the boundary:
//   TENSOR  a new tensor, or null with the error kept for torch_error()
//   TENSORS a list of new tensors, read by torch_list_*
//   STATUS  0, or 1 with the error kept
//   VALUE   a plain value of something that cannot fail (or a default with the error kept)
#pragma once
#include <ATen/ATen.h>
#include <string>
#include <vector>

using Tensor = at::Tensor;
using T = at::Tensor*;               // borrowed from the caller; null stands for "no tensor"
using List = std::vector<at::Tensor>*;
using L = const int64_t*;            // a list of numbers, always followed by its length

struct Number { int64_t bits; int64_t kind; };                 // kind: -1 none, 0 integer, 1 floating point, 2 boolean
struct Options { int32_t dtype, device, index, grad; };         // -1: unspecified

extern thread_local std::string last_error;
extern thread_local bool has_error;
void keep_error(const char* message);
void keep_error(const c10::Error& error);

template <class R, class F> R guarded(R failed, F body) noexcept {
    try { return body(); }
    catch (const c10::Error& e) { keep_error(e); }
    catch (const std::exception& e) { keep_error(e.what()); }
    catch (...) { keep_error("unknown native error"); }
    return failed;
}

#define EXPORT extern "C" __attribute__((visibility("default")))
#define TENSOR(name, args, ...) EXPORT T name args { return guarded<T>(nullptr, [&]() -> T { return new Tensor(__VA_ARGS__); }); }
#define TENSORS(name, args, ...) EXPORT List name args { return guarded<List>(nullptr, [&]() -> List { return new std::vector<Tensor>(__VA_ARGS__); }); }
#define STATUS(name, args, ...) EXPORT int name args { return guarded<int>(1, [&]() -> int { __VA_ARGS__; return 0; }); }
#define VALUE(type, name, args, ...) EXPORT type name args { return guarded<type>(type{}, [&]() -> type { return __VA_ARGS__; }); }

inline at::Scalar num(Number n) {
    if (n.kind == 1) { double d; memcpy(&d, &n.bits, sizeof d); return at::Scalar(d); }
    if (n.kind == 2) return at::Scalar(n.bits != 0);
    return at::Scalar(n.bits);
}
inline c10::optional<at::Scalar> maybe(Number n) { return n.kind < 0 ? c10::optional<at::Scalar>() : num(n); }
inline Tensor opt(T t) { return t ? *t : Tensor(); }
inline c10::optional<Tensor> maybe(T t) { return t ? c10::optional<Tensor>(*t) : c10::nullopt; }
inline c10::optional<at::ScalarType> kind(int dtype) { return dtype < 0 ? c10::optional<at::ScalarType>() : (at::ScalarType)dtype; }
inline at::IntArrayRef ints(L p, int n) { return at::IntArrayRef(p, (size_t)n); }
inline at::OptionalIntArrayRef dims(L p, int n) { return n < 0 ? at::OptionalIntArrayRef() : at::OptionalIntArrayRef(at::IntArrayRef(p, (size_t)n)); }
inline c10::Device device(int type, int index) { return c10::Device((c10::DeviceType)type, (c10::DeviceIndex)index); }
inline at::TensorOptions options(Options o) {
    at::TensorOptions r;
    if (o.dtype >= 0) r = r.dtype((at::ScalarType)o.dtype);
    if (o.device >= 0) r = r.device(device(o.device, o.index));
    return r;
}
inline Tensor with_grad(Tensor t, Options o) { return o.grad > 0 ? t.set_requires_grad(true) : t; }
template <class P> std::vector<Tensor> pair(P&& p) { return {std::get<0>(p), std::get<1>(p)}; }
inline std::vector<Tensor> gather(T const* p, int n) {
    std::vector<Tensor> r; r.reserve(n);
    for (int i = 0; i < n; i++) r.push_back(opt(p[i]));
    return r;
}
