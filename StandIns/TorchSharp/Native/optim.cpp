// The steps of the optimisers.
#include "shim.h"
#include <c10/core/GradMode.h>
#include <cmath>

// One Adam or (decoupled) AdamW update of all parameters of a group, operation for operation PyTorch's. Each operation takes all of them at once:
// on a GPU a few kernels instead of some for every parameter. Counts the steps of those that have a gradient; the others stay as they are.
STATUS(torch_adam_step, (T const* parameters, T const* means, T const* squares, T const* largest, int n, int64_t* steps, double lr, double beta1,
                         double beta2, double eps, double decay, bool decoupled, bool maximize),
    c10::NoGradGuard quiet;
    std::vector<Tensor> ps, gs, ms, ss;
    std::vector<at::Scalar> rates, roots;
    std::vector<T> maxima;
    for (int i = 0; i < n; i++) {
        Tensor gradient = parameters[i]->grad();
        if (!gradient.defined()) continue;
        double step = (double)++steps[i];
        ps.push_back(*parameters[i]); gs.push_back(gradient); ms.push_back(*means[i]); ss.push_back(*squares[i]);
        maxima.push_back(largest[i]);
        rates.emplace_back(-lr / (1 - std::pow(beta1, step)));
        roots.emplace_back(std::sqrt(1 - std::pow(beta2, step)));
    }
    if (ps.empty()) return 0;
    if (maximize) gs = at::_foreach_neg(gs);
    if (decay != 0 && decoupled) at::_foreach_mul_(ps, at::Scalar(1 - lr * decay));
    if (decay != 0 && !decoupled) gs = at::_foreach_add(gs, ps, decay);
    at::_foreach_mul_(ms, at::Scalar(beta1));
    at::_foreach_add_(ms, gs, 1 - beta1);
    at::_foreach_mul_(ss, at::Scalar(beta2));
    at::_foreach_addcmul_(ss, gs, gs, at::Scalar(1 - beta2));
    for (size_t i = 0; i < ps.size(); i++)
        if (maxima[i]) { at::maximum_out(*maxima[i], *maxima[i], ss[i]); ss[i] = *maxima[i]; }
    std::vector<Tensor> denominators = at::_foreach_sqrt(ss);
    at::_foreach_div_(denominators, at::ArrayRef<at::Scalar>(roots));
    at::_foreach_add_(denominators, at::Scalar(eps));
    at::_foreach_addcdiv_(ps, ms, denominators, at::ArrayRef<at::Scalar>(rates)))
