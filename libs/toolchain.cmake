# Compiler, hardening and the packages we stand on. One interface target, scop_flags, carries every flag.

if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  message(FATAL_ERROR "scop is built with clang 19 or newer; use a preset: cmake --preset dev")
endif()
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # A precompiled header's own time stamp and defines must not defeat the cache.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime CCACHE_NOHASHDIR=1 ${CCACHE_PROGRAM})
endif()

add_library(scop_flags INTERFACE)
target_compile_options(scop_flags INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor
  -Wimplicit-fallthrough -Wno-missing-field-initializers -Wno-nullability-extension
  -fno-omit-frame-pointer -fstack-protector-strong -fPIE
  "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")
target_link_options(scop_flags INTERFACE -fuse-ld=lld -pie -Wl,-z,relro,-z,now,-z,noexecstack)

if(SCOP_SANITIZE)
  target_compile_options(scop_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all -O1 -gline-tables-only)
  target_link_options(scop_flags INTERFACE -fsanitize=address,undefined)
  target_compile_definitions(scop_flags INTERFACE SCOP_SANITIZED=1)
elseif(SCOP_COVERAGE)
  target_compile_options(scop_flags INTERFACE -O0 -g0 -fprofile-instr-generate -fcoverage-mapping)
  target_link_options(scop_flags INTERFACE -fprofile-instr-generate)
else()
  target_compile_options(scop_flags INTERFACE -D_FORTIFY_SOURCE=3 -D_GLIBCXX_ASSERTIONS -fstack-clash-protection
    -ftrivial-auto-var-init=zero -fcf-protection=full)
endif()
if(SCOP_FUZZ)
  target_compile_options(scop_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(fmt REQUIRED)
find_package(Protobuf REQUIRED)
find_package(PkgConfig REQUIRED)
foreach(module IN ITEMS libsodium libnghttp2 sqlite3 libseccomp tomlplusplus)
  pkg_check_modules(${module} REQUIRED IMPORTED_TARGET ${module})
endforeach()
pkg_check_modules(libldns IMPORTED_TARGET ldns)
if(NOT libldns_FOUND)
  pkg_check_modules(libldns REQUIRED IMPORTED_TARGET libldns)
endif()
# Not by pkg-config: Debian's libunbound.pc asks for libevent's, which only a static link needs.
find_library(LIBUNBOUND_LIBRARY unbound REQUIRED)
add_library(unbound INTERFACE IMPORTED)
target_link_libraries(unbound INTERFACE ${LIBUNBOUND_LIBRARY})
