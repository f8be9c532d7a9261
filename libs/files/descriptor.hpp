// Plain files by descriptor: whole writes, durable files and folders. Blocking; runs on a thread of the pool.
// A full disk is ErrorKind::exhausted, a missing path not_found, an existing one conflict.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/error.hpp"

namespace scop::files {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor() { close(); }

  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  void close();

 private:
  int number_ = -1;
};

// From errno; `doing` and the path go into the text.
Error error_of(int number, std::string_view doing, const std::filesystem::path& path);

// Exclusively: a file that exists is ErrorKind::conflict.
Outcome<Descriptor> create(const std::filesystem::path& file, mode_t mode = 0600);
Outcome<Descriptor> open_for_reading(const std::filesystem::path& file);
Outcome<> write_all(const Descriptor& descriptor, std::string_view octets, const std::filesystem::path& file);
Outcome<> sync(const Descriptor& descriptor, const std::filesystem::path& file);
Outcome<> sync_folder(const std::filesystem::path& folder);
Outcome<std::string> read_whole(const std::filesystem::path& file, std::uint64_t at_most);

// The next octets of a file, at most `at_most`; opens it where `descriptor` is not open yet. nullopt: the
// end.
Outcome<std::optional<std::string>> read_piece(Descriptor& descriptor, const std::filesystem::path& file,
                                               std::size_t at_most);

// Octets that this file system still gives to us.
Outcome<std::uint64_t> free_octets(const std::filesystem::path& folder);

}  // namespace scop::files
