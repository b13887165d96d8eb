//! What an open file can be told, and tells, besides its data: attributes, times, its name.

use super::attributes;
use super::basic::{self, Times};
use super::disk_file::{DiskFile, Kind};
use super::error::general;
use super::information::Information;
use super::path;
use super::rename::exchange;
use super::rights::{DELETE, WRITE_ATTRIBUTES, WRITE_DATA};
use super::share::Sharing;
use crate::status::{Result, Status};
use rustix::fd::AsFd;
use rustix::fs;

impl DiskFile {
    /// Attributes, times, sizes.
    ///
    /// # Errors
    /// `INVALID_DEVICE_REQUEST` for what is no file, those of Linux.
    pub fn information(&self) -> Result<Information> {
        match self.kind() {
            Kind::Disk | Kind::Directory => basic::of_descriptor(self.fd.as_fd()),
            Kind::Character | Kind::Pipe => Err(Status::INVALID_DEVICE_REQUEST),
        }
    }

    /// The name that it has now, as the program would say it.
    ///
    /// # Errors
    /// `OBJECT_NAME_NOT_FOUND` when it has none any more, `INVALID_DEVICE_REQUEST` for what is no
    /// file.
    pub fn name(&self) -> Result<String> {
        match self.kind() {
            Kind::Disk | Kind::Directory => {
                basic::name_of(self.fd.as_fd()).map(|name| path::to_windows(&name))
            }
            Kind::Character | Kind::Pipe => Err(Status::INVALID_DEVICE_REQUEST),
        }
    }

    /// True when the name goes with the last handle.
    pub fn is_doomed(&self) -> bool {
        self.sharing().as_ref().is_some_and(Sharing::is_doomed)
    }

    /// Gives it other times, and other attributes unless they are None.
    ///
    /// # Errors
    /// `ACCESS_DENIED` without the right, those of [`attributes::set`].
    pub fn set_basic(&self, times: Times, wanted: Option<u32>) -> Result<()> {
        self.require(WRITE_ATTRIBUTES)?;
        if !matches!(self.kind(), Kind::Disk | Kind::Directory) {
            return Err(Status::INVALID_DEVICE_REQUEST);
        }
        if let Some(wanted) = wanted {
            let stat = fs::fstat(&self.fd).map_err(general)?;
            attributes::set(&self.own_path(), &stat, wanted)?;
        }
        basic::set_times(self.fd.as_fd(), times)
    }

    /// Whether the name goes with the last handle.
    ///
    /// # Errors
    /// `ACCESS_DENIED` without the right to delete, `CANNOT_DELETE` for a read-only file,
    /// `DIRECTORY_NOT_EMPTY`.
    pub fn set_doomed(&self, doomed: bool) -> Result<()> {
        self.require(DELETE)?;
        if doomed {
            let stat = fs::fstat(&self.fd).map_err(general)?;
            if attributes::is_read_only(&stat) {
                return Err(Status::CANNOT_DELETE);
            }
            let is_filled =
                |path| std::fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some());
            if fs::FileType::from_raw_mode(stat.st_mode).is_dir() && is_filled(self.own_path()) {
                return Err(Status::DIRECTORY_NOT_EMPTY);
            }
        }
        match &*self.sharing() {
            Some(sharing) => sharing.set_doomed(doomed),
            None => return Err(Status::INVALID_DEVICE_REQUEST),
        }
        Ok(())
    }

    /// Takes the name away at once; who has the file open keeps what is in it.
    ///
    /// # Errors
    /// As for [`DiskFile::set_doomed`].
    pub fn remove_name(&self) -> Result<()> {
        self.require(DELETE)?;
        let stat = fs::fstat(&self.fd).map_err(general)?;
        if attributes::is_read_only(&stat) {
            return Err(Status::CANNOT_DELETE);
        }
        let name = basic::name_of(self.fd.as_fd())?;
        match fs::FileType::from_raw_mode(stat.st_mode) {
            fs::FileType::Directory => fs::rmdir(&name).map_err(general),
            _ => fs::unlink(&name).map_err(general),
        }
    }

    /// Gives it another name on its volume.
    ///
    /// # Errors
    /// `ACCESS_DENIED` without the right to delete, those of [`super::rename::rename`].
    pub fn rename(&self, new: &str, replace: bool) -> Result<()> {
        self.require(DELETE)?;
        let old = basic::name_of(self.fd.as_fd())?;
        // A bare name stays in its folder.
        let in_folder = !new.contains(['\\', '/', ':']);
        let mut place = path::resolve(new)?;
        if in_folder {
            place.path = old.with_file_name(new);
        }
        exchange(&old, &place, old.is_dir(), replace)
    }

    /// The file ends there from now on.
    ///
    /// # Errors
    /// `ACCESS_DENIED`, `DISK_FULL`, `INVALID_PARAMETER` for an end below zero,
    /// `INVALID_DEVICE_REQUEST` for what is on no disk.
    pub fn set_size(&self, size: i64) -> Result<()> {
        self.require(WRITE_DATA)?;
        if self.kind() != Kind::Disk {
            return Err(Status::INVALID_DEVICE_REQUEST);
        }
        let size = u64::try_from(size).map_err(|_| Status::INVALID_PARAMETER)?;
        fs::ftruncate(&self.fd, size).map_err(general)
    }

    /// Takes room on the disk, at least; the file does not become longer, but shorter if there is
    /// less than it has.
    ///
    /// # Errors
    /// As for [`DiskFile::set_size`].
    pub fn set_allocation(&self, size: i64) -> Result<()> {
        let now = self.size()?;
        let wanted = u64::try_from(size).map_err(|_| Status::INVALID_PARAMETER)?;
        if wanted < now {
            return self.set_size(size);
        }
        self.require(WRITE_DATA)?;
        if wanted == 0 {
            return Ok(());
        }
        match fs::fallocate(&self.fd, fs::FallocateFlags::KEEP_SIZE, 0, wanted) {
            // It is taken when it is written to.
            Ok(()) | Err(rustix::io::Errno::OPNOTSUPP) => Ok(()),
            Err(error) => Err(general(error)),
        }
    }
}

/// About what has a name.
///
/// # Errors
/// `OBJECT_NAME_INVALID` for a file with a separator behind it, those of a path and of Linux.
pub fn information_of(name: &str) -> Result<Information> {
    use super::information::{ARCHIVE, DIRECTORY, file_time};
    use super::share::Identity;
    use crate::io::create::{Target, classify};
    match classify(name)? {
        Target::Disk(place) => {
            super::name::look(&place)?;
            let found = basic::of_path(&place.path)?;
            if place.of_directory && found.attributes & DIRECTORY == 0 {
                return Err(Status::OBJECT_NAME_INVALID);
            }
            Ok(found)
        }
        Target::Null => {
            let time = file_time(0, 0);
            let identity = Identity { device: 0, inode: 0 };
            Ok(Information {
                attributes: ARCHIVE,
                created: time,
                accessed: time,
                written: time,
                changed: time,
                size: 0,
                allocated: 0,
                links: 1,
                identity,
            })
        }
        _ => Err(Status::INVALID_PARAMETER),
    }
}

/// Gives what has a name other attributes.
///
/// # Errors
/// Those of [`attributes::set`] and of a path; `SHARING_VIOLATION` never, as nobody forbids it.
pub fn set_attributes(name: &str, wanted: u32) -> Result<()> {
    let place = path::resolve(name)?;
    super::name::look(&place)?;
    let stat = fs::stat(&place.path).map_err(general)?;
    attributes::set(&place.path, &stat, wanted)
}
