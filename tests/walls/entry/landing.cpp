#include "landing.hpp"

#include <seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csetjmp>
#include <csignal>
#include <cstdlib>

namespace scop::attack {

namespace {

thread_local sigjmp_buf landing;
thread_local volatile std::sig_atomic_t is_expected = 0;
thread_local volatile std::sig_atomic_t refused_call = 0;
struct sigaction products_own;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

void on_refused_call(int signal, siginfo_t* info, void* context) {
  if (is_expected != 0) {
    refused_call = info->si_syscall;
    siglongjmp(landing, SIGSYS);
  }
  // As in the product: its one line, and death by the signal. SIGSYS is blocked, so that the call which the
  // product's handler ends by is the end: a blocked SIGSYS kills.
  sigset_t mask;
  ::sigemptyset(&mask);
  ::sigaddset(&mask, SIGSYS);
  ::sigprocmask(SIG_BLOCK, &mask, nullptr);
  products_own.sa_sigaction(signal, info, context);
}

void on_fault(int signal) {
  if (is_expected != 0) siglongjmp(landing, signal);
  ::_exit(128 + signal);
}

std::string name_of(int call) {
  char* known = ::seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, call);
  const std::string name = known == nullptr ? "?" : known;
  std::free(known);  // NOLINT(cppcoreguidelines-no-malloc): libseccomp's own
  return name;
}

}  // namespace

void prepare_landings() {
  struct sigaction ours{};
  ours.sa_sigaction = on_refused_call;
  ours.sa_flags = SA_SIGINFO | SA_NODEFER;
  ::sigaction(SIGSYS, &ours, &products_own);
  struct sigaction faults{};
  faults.sa_handler = on_fault;
  faults.sa_flags = SA_NODEFER;
  for (const int signal : {SIGSEGV, SIGBUS, SIGILL}) ::sigaction(signal, &faults, nullptr);
  ::signal(SIGXFSZ, SIG_IGN);
}

std::string between_landings(const std::function<std::string()>& body) {
  const int signal = sigsetjmp(landing, 1);
  if (signal != 0) {
    is_expected = 0;
    return signal == SIGSYS ? "SIGSYS " + name_of(refused_call) : "SIGSEGV";
  }
  is_expected = 1;
  auto text = body();
  is_expected = 0;
  return text;
}

}  // namespace scop::attack
