// CPU memory of tensors. A network asks for the same large blocks in every step; the C library gives such blocks back to the
// system each time, and the system clears their pages each time: nearly half of an EfficientNet's inference on CPU. Here large
// blocks are kept for the next request instead, in huge pages where the system has them. What lies idle for a minute is
// given back when the next large block is asked for or freed.
#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <sys/mman.h>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <map>
#include <mutex>
#include <new>

namespace {

constexpr size_t header = 64; // keeps the alignment that vector instructions want
constexpr size_t large = size_t(1) << 20, huge_page = size_t(2) << 20;
using Clock = std::chrono::steady_clock;

struct Header { size_t capacity; }; // 0: a small block from the C library

class Cache {
public:
    void* take(size_t bytes) {
        size_t wanted = rounded(bytes);
        {
            std::lock_guard<std::mutex> lock(mutex);
            trim();
            auto found = idle.lower_bound(wanted);
            if (found != idle.end() && found->first <= wanted + wanted / 4) {
                // The last one given back of its size: it is in the processor's caches, and those that are not needed grow old.
                found = std::prev(idle.upper_bound(found->first));
                void* block = found->second.block;
                idle.erase(found);
                return block;
            }
        }
        void* block = map(wanted);
        if (!block) {
            release_all();
            block = map(wanted);
        }
        return block;
    }

    void give(void* block) {
        std::lock_guard<std::mutex> lock(mutex);
        idle.emplace(((Header*)block)->capacity, Idle{block, Clock::now()});
        trim();
    }

private:
    struct Idle { void* block; Clock::time_point since; };
    std::mutex mutex;
    std::multimap<size_t, Idle> idle; // by capacity
    Clock::time_point trimmed = Clock::now();

    // Eight sizes for every power of two, so that similar requests share blocks and at most an eighth is wasted.
    static size_t rounded(size_t bytes) {
        size_t step = large / 8;
        while (step * 16 <= bytes) step *= 2;
        return (bytes + step - 1) / step * step;
    }

    static void* map(size_t capacity) {
        bool aligned = capacity >= 2 * huge_page;
        size_t length = capacity + (aligned ? huge_page : 0);
        char* start = (char*)mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (start == MAP_FAILED) return nullptr;
        if (aligned) {
            size_t before = (huge_page - (size_t)start % huge_page) % huge_page;
            if (before) munmap(start, before);
            if (huge_page - before) munmap(start + before + capacity, huge_page - before);
            start += before;
            madvise(start, capacity, MADV_HUGEPAGE); // advice: without huge pages it all works the same
        }
        ((Header*)start)->capacity = capacity;
        return start;
    }

    void trim() {
        auto now = Clock::now();
        if (now - trimmed < std::chrono::seconds(10)) return;
        trimmed = now;
        for (auto i = idle.begin(); i != idle.end();) {
            if (now - i->second.since < std::chrono::seconds(60)) { ++i; continue; }
            munmap(i->second.block, i->first);
            i = idle.erase(i);
        }
    }

    void release_all() {
        std::lock_guard<std::mutex> lock(mutex);
        for (auto& entry : idle) munmap(entry.second.block, entry.first);
        idle.clear();
    }
};

// Never destroyed: tensors may be freed while the process ends.
Cache& cache() { static Cache* instance = new Cache(); return *instance; }

void release(void* data) {
    if (!data) return;
    void* block = (char*)data - header;
    if (((Header*)block)->capacity) cache().give(block);
    else free(block);
}

struct TensorMemory final : at::Allocator {
    // libtorch 1.13 asks through a const method, 2.x through one that is not, and adds copy_data.
    at::DataPtr allocate(size_t bytes) const { return get(bytes); }
    at::DataPtr allocate(size_t bytes) { return get(bytes); }
    void copy_data(void* to, const void* from, size_t bytes) const { memcpy(to, from, bytes); }
    at::DeleterFnPtr raw_deleter() const override { return &release; }

    static at::DataPtr get(size_t bytes) {
        if (bytes == 0) return {nullptr, nullptr, &release, at::Device(at::DeviceType::CPU)};
        void* block = nullptr;
        if (bytes > PTRDIFF_MAX - header) block = nullptr;
        else if (bytes + header >= large) block = cache().take(bytes + header);
        else if (posix_memalign(&block, header, bytes + header) == 0) ((Header*)block)->capacity = 0;
        else block = nullptr;
        TORCH_CHECK(block, "out of memory: you tried to allocate ", bytes, " bytes on the CPU");
        void* data = (char*)block + header;
        return {data, data, &release, at::Device(at::DeviceType::CPU)};
    }
};

const bool installed = [] { static TensorMemory memory; c10::SetCPUAllocator(&memory, 1); return true; }();

} // namespace
