#include "daemon/refusal.hpp"

#include <seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "log/line.hpp"

namespace scop::daemon {

namespace {

// A piece of text that a signal handler may read.
template <std::size_t Size>
struct Fixed {
  std::array<char, Size> octets{};
  std::size_t length = 0;
  void set(std::string_view text) {
    length = std::min(text.size(), Size);
    std::copy_n(text.begin(), length, octets.begin());
  }
  std::string_view view() const { return {octets.data(), length}; }
};

constexpr std::string_view time_mark = "1970-01-01T00:00:00";
constexpr std::string_view name_mark = "NAMEMARK";
constexpr std::string_view number_mark = "NUMBERMARK";
constexpr std::size_t names_kept = 512;

// A signal handler has no other place for its data: written once, before the filter stands, and only read
// after.
struct Prepared {
  Fixed<256> before_name;  // from the time on, whose digits the handler puts in
  std::size_t time_at = 0;
  Fixed<64> before_number;
  Fixed<16> after_number;
  std::array<Fixed<24>, names_kept> names;
};
Prepared prepared;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

void put_digits(char* at, unsigned value, int digits) {
  for (int i = digits - 1; i >= 0; --i) {
    at[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

// "YYYY-MM-DDTHH:MM:SS" at `at`: chrono's calendar is plain arithmetic, gmtime_r is not promised to be safe
// here.
void put_time(char* at) {
  timespec clock{};
  ::clock_gettime(CLOCK_REALTIME, &clock);
  const std::chrono::sys_seconds time{std::chrono::seconds(clock.tv_sec)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss of_day(time - day);
  put_digits(at, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  put_digits(at + 5, static_cast<unsigned>(date.month()), 2);
  put_digits(at + 8, static_cast<unsigned>(date.day()), 2);
  put_digits(at + 11, static_cast<unsigned>(of_day.hours().count()), 2);
  put_digits(at + 14, static_cast<unsigned>(of_day.minutes().count()), 2);
  put_digits(at + 17, static_cast<unsigned>(of_day.seconds().count()), 2);
}

void on_refused_call(int /*signal*/, siginfo_t* info, void* /*context*/) {
  Fixed<512> line;
  const auto add = [&line](std::string_view text) {
    const auto taken = std::min(text.size(), line.octets.size() - line.length);
    std::memcpy(line.octets.data() + line.length, text.data(), taken);
    line.length += taken;
  };
  const int number = info->si_syscall;
  std::array<char, 12> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  add(prepared.before_name.view());
  put_time(line.octets.data() + prepared.time_at);
  add(number >= 0 && static_cast<std::size_t>(number) < names_kept
          ? prepared.names[static_cast<std::size_t>(number)].view()
          : "?");
  add(prepared.before_number.view());
  add({digits.data(), static_cast<std::size_t>(end - digits.data())});
  add(prepared.after_number.view());
  [[maybe_unused]] const auto written = ::write(2, line.octets.data(), line.length);
  // SA_RESETHAND and SA_NODEFER: the next refused call is the end, by the signal's own action.
  ::syscall(SYS_ptrace, 0, 0, 0, 0);
  constexpr int died_of_sigsys = 128 + 31;
  ::_exit(died_of_sigsys);
}

}  // namespace

Outcome<> announce_refused_calls(std::string_view daemon, LogForm form) {
  const auto line = log_line(form, Time{}, LogLevel::error, daemon, "system call refused",
                             {{"call", name_mark}, {"number", number_mark}});
  const auto time = line.find(time_mark);
  const auto name = line.rfind(name_mark);
  const auto number = line.rfind(number_mark);
  if (time == std::string::npos || name == std::string::npos || number == std::string::npos) {
    return failure(ErrorKind::broken, "the log's form has changed: no place for the refused call");
  }
  prepared.time_at = time;
  prepared.before_name.set(line.substr(0, name));
  prepared.before_number.set(line.substr(name + name_mark.size(), number - name - name_mark.size()));
  prepared.after_number.set(line.substr(number + number_mark.size()));
  for (std::size_t i = 0; i < names_kept; ++i) {
    char* known = ::seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, static_cast<int>(i));
    prepared.names[i].set(known == nullptr ? "?" : known);
    std::free(known);  // NOLINT(cppcoreguidelines-no-malloc): libseccomp's own
  }
  struct sigaction action{};
  action.sa_sigaction = on_refused_call;
  action.sa_flags = static_cast<int>(SA_SIGINFO | SA_RESETHAND | SA_NODEFER);
  if (::sigaction(SIGSYS, &action, nullptr) != 0) return failure(ErrorKind::broken, "sigaction SIGSYS");
  return {};
}

}  // namespace scop::daemon
