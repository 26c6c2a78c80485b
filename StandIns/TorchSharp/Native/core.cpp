// Lifetime, raw data, devices, threads, random numbers, autograd.
#include "shim.h"
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/grad_mode.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/csrc/api/include/torch/version.h>

thread_local std::string last_error;
thread_local bool has_error = false;
void keep_error(const char* message) { last_error = message; has_error = true; }
void keep_error(const c10::Error& error) { keep_error(error.what_without_backtrace()); }

// The pending message, or null. It stays valid until the next failure on this thread.
EXPORT const char* torch_error() { if (!has_error) return nullptr; has_error = false; return last_error.c_str(); }
EXPORT void torch_free(T t) { delete t; }
EXPORT int64_t torch_list_size(List l) { return (int64_t)l->size(); }
EXPORT T torch_list_get(List l, int64_t i) { return new Tensor((*l)[i]); }
EXPORT void torch_list_free(List l) { delete l; }

VALUE(int64_t, torch_dim, (T t), t->dim())
VALUE(int64_t, torch_numel, (T t), t->numel())
VALUE(int64_t, torch_element_size, (T t), (int64_t)t->element_size())
VALUE(int, torch_dtype, (T t), (int)t->scalar_type())
VALUE(int, torch_device_type, (T t), (int)t->device().type())
VALUE(int, torch_device_index, (T t), (int)t->device().index())
VALUE(bool, torch_is_leaf, (T t), t->is_leaf())
VALUE(bool, torch_requires_grad, (T t), t->requires_grad())
VALUE(bool, torch_is_contiguous, (T t), t->is_contiguous())
VALUE(int64_t, torch_storage_offset, (T t), t->storage_offset())
STATUS(torch_sizes, (T t, int64_t* out), memcpy(out, t->sizes().data(), t->dim() * sizeof(int64_t)))
STATUS(torch_strides, (T t, int64_t* out), memcpy(out, t->strides().data(), t->dim() * sizeof(int64_t)))
using Pointer = void*;
VALUE(Pointer, torch_data, (T t), t->data_ptr())
EXPORT int torch_item(T t, Number* out) {
    return guarded<int>(1, [&] {
        auto s = t->item();
        if (s.isBoolean()) *out = {s.toBool() ? 1 : 0, 2};
        else if (s.isFloatingPoint()) { double d = s.toDouble(); memcpy(&out->bits, &d, sizeof d); out->kind = 1; }
        else *out = {s.toLong(), 0};
        return 0;
    });
}

// A tensor that owns a copy of the caller's memory, converted to the wanted type and device. A GPU copies it from pinned memory: nobody waits for
// what else the GPU was asked to do.
static Tensor copied(void* data, at::IntArrayRef shape, at::ScalarType from, Options o) {
    Tensor host = at::from_blob(data, shape, at::TensorOptions().dtype(from));
    auto wanted = options(o).dtype(o.dtype < 0 ? from : (at::ScalarType)o.dtype);
    if (o.device == (int)at::kCUDA) return host.to(wanted.device(at::kCPU), false, false).pin_memory().to(wanted, true, false);
    return host.to(wanted, false, true);
}
TENSOR(torch_from_data, (void* data, L shape, int n, int dtype, Options o), with_grad(copied(data, ints(shape, n), (at::ScalarType)dtype, o), o))
TENSOR(torch_alias, (T t), *t)
TENSOR(torch_to, (T t, int dtype, int type, int index, bool copy, bool non_blocking),
       t->to(type < 0 ? t->device() : device(type, index), dtype < 0 ? t->scalar_type() : (at::ScalarType)dtype, non_blocking, copy))
TENSOR(torch_pin_memory, (T t), t->pin_memory())

STATUS(torch_set_requires_grad, (T t, bool on), t->set_requires_grad(on))
STATUS(torch_retain_grad, (T t), t->retain_grad())
TENSOR(torch_detach, (T t), t->detach())
STATUS(torch_detach_, (T t), t->detach_())
EXPORT T torch_grad(T t) { return guarded<T>(nullptr, [&]() -> T { auto& g = t->grad(); return g.defined() ? new Tensor(g) : nullptr; }); }
STATUS(torch_set_data, (T t, T data), t->set_data(*data))
STATUS(torch_set_grad, (T t, T grad), t->mutable_grad() = opt(grad))
STATUS(torch_backward, (T t, T gradient, bool keep, bool create),
       torch::autograd::backward({*t}, gradient ? std::vector<Tensor>{*gradient} : std::vector<Tensor>{}, keep, create))
TENSORS(torch_autograd_grad, (T const* outputs, int no, T const* inputs, int ni, T const* grads, int ng, bool keep, bool create, bool unused),
        torch::autograd::grad(gather(outputs, no), gather(inputs, ni), gather(grads, ng), keep, create, unused))
EXPORT bool torch_grad_enabled() { return at::GradMode::is_enabled(); }
EXPORT void torch_set_grad_enabled(bool on) { at::GradMode::set_enabled(on); }
EXPORT bool torch_inference_enabled() { return c10::InferenceMode::is_enabled(); }
EXPORT void* torch_inference_enter(bool on) { return new c10::InferenceMode(on); }
EXPORT void torch_inference_leave(void* guard) { delete (c10::InferenceMode*)guard; }
VALUE(bool, torch_is_inference, (T t), t->is_inference())

STATUS(torch_set_num_threads, (int n), at::set_num_threads(n))
EXPORT const char* torch_version() { return TORCH_VERSION; }
EXPORT int torch_get_num_threads() { return at::get_num_threads(); }
STATUS(torch_set_num_interop_threads, (int n), at::set_num_interop_threads(n))
EXPORT int torch_get_num_interop_threads() { return at::get_num_interop_threads(); }

using Gen = at::Generator*;
inline c10::optional<at::Generator> gen(Gen g) { return g ? c10::optional<at::Generator>(*g) : c10::nullopt; }
STATUS(torch_manual_seed, (int64_t seed), at::manual_seed((uint64_t)seed))
STATUS(torch_cuda_manual_seed, (int64_t seed),
       if (at::hasCUDA()) for (int i = 0, n = (int)at::detail::getCUDAHooks().getNumGPUs(); i < n; i++) {
           auto g = at::globalContext().defaultGenerator(device(1, i));
           std::lock_guard<std::mutex> lock(g.mutex());
           g.set_current_seed((uint64_t)seed);
       })
EXPORT Gen torch_generator_new(int64_t seed, int type, int index) {
    return guarded<Gen>(nullptr, [&]() -> Gen {
        if (type != 0) return new at::Generator(at::globalContext().defaultGenerator(device(type, index)).clone());
        return new at::Generator(at::detail::createCPUGenerator((uint64_t)seed));
    });
}
EXPORT Gen torch_generator_default() { return guarded<Gen>(nullptr, []() -> Gen { return new at::Generator(at::detail::getDefaultCPUGenerator()); }); }
EXPORT void torch_generator_free(Gen g) { delete g; }
STATUS(torch_generator_set_seed, (Gen g, int64_t seed), g->set_current_seed((uint64_t)seed))
VALUE(int64_t, torch_generator_seed, (Gen g), (int64_t)g->current_seed())
TENSOR(torch_generator_get_state, (Gen g), g->get_state())
STATUS(torch_generator_set_state, (Gen g, T state), g->set_state(*state))

VALUE(bool, torch_cuda_is_available, (), at::hasCUDA() && at::detail::getCUDAHooks().getNumGPUs() > 0)
VALUE(int, torch_cuda_device_count, (), at::hasCUDA() ? (int)at::detail::getCUDAHooks().getNumGPUs() : 0)
VALUE(bool, torch_cudnn_is_available, (), at::hasCUDA() && at::detail::getCUDAHooks().hasCuDNN())
STATUS(torch_cuda_synchronize, (), if (at::hasCUDA()) at::zeros({1}, at::TensorOptions().device(at::kCUDA)).item())

#define RANDOM(name, args, ...) TENSOR(name, args, with_grad(__VA_ARGS__, o))
RANDOM(torch_rand, (L s, int n, Gen g, Options o), at::rand(ints(s, n), gen(g), options(o)))
RANDOM(torch_randn, (L s, int n, Gen g, Options o), at::randn(ints(s, n), gen(g), options(o)))
RANDOM(torch_randint, (int64_t low, int64_t high, L s, int n, Gen g, Options o), at::randint(low, high, ints(s, n), gen(g), options(o)))
RANDOM(torch_randperm, (int64_t n, Gen g, Options o), at::randperm(n, gen(g), options(o)))
TENSOR(torch_bernoulli, (T t, Gen g), at::bernoulli(*t, gen(g)))
TENSOR(torch_multinomial, (T t, int64_t n, bool replacement, Gen g), at::multinomial(*t, n, replacement, gen(g)))
STATUS(torch_uniform_, (T t, double from, double to, Gen g), t->uniform_(from, to, gen(g)))
STATUS(torch_normal_, (T t, double mean, double std, Gen g), t->normal_(mean, std, gen(g)))
STATUS(torch_bernoulli_, (T t, double p, Gen g), t->bernoulli_(p, gen(g)))
STATUS(torch_random_, (T t, int64_t from, int64_t to, Gen g), t->random_(from, to, gen(g)))
STATUS(torch_exponential_, (T t, double lambda, Gen g), t->exponential_(lambda, gen(g)))
