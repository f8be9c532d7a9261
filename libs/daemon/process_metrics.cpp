#include "daemon/process_metrics.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <memory>

namespace scop::daemon {

namespace {

// /proc/self/statm, held open: Landlock bars the way to /proc. Its second number is the resident pages.
class Memory {
 public:
  Memory() : file_(::open("/proc/self/statm", O_RDONLY | O_CLOEXEC)) {}
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory() { ::close(file_); }

  double resident() const {
    std::array<char, 128> text{};
    if (::pread(file_, text.data(), text.size() - 1, 0) <= 0) return 0;
    char* rest = nullptr;
    std::strtoul(text.data(), &rest, 10);
    return static_cast<double>(std::strtoul(rest, nullptr, 10)) * static_cast<double>(page_);
  }

 private:
  int file_;
  long page_ = ::sysconf(_SC_PAGESIZE);
};

// Without /proc: asks the kernel for each number.
double open_descriptors(std::uint64_t most) {
  unsigned open = 0;
  for (int number = 0; number < static_cast<int>(most); ++number)
    open += ::fcntl(number, F_GETFD) >= 0 ? 1U : 0U;
  return open;
}

double processor_seconds() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

}  // namespace

void measure_process(metrics::Registry& registry, std::uint64_t most_files) {
  const auto memory = std::make_shared<Memory>();
  const auto began = std::chrono::steady_clock::now();
  registry.gauge("scop_process_resident_memory_octets", "resident memory of the daemon's main process",
                 [memory] { return memory->resident(); });
  registry.gauge("scop_process_open_descriptors", "open files and sockets",
                 [most_files] { return open_descriptors(most_files); });
  registry.gauge("scop_process_most_descriptors", "how many it may open",
                 [most_files] { return static_cast<double>(most_files); });
  registry.gauge("scop_process_cpu_seconds_total", "processor time", [] { return processor_seconds(); });
  registry.gauge("scop_process_uptime_seconds", "since the daemon started", [began] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  });
}

}  // namespace scop::daemon
