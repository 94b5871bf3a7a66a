# shellcheck shell=bash
# Machine file: what a cluster needs before a job runs. Sourced by the scripts of jobs/slurm from the project root; copy it
# for your machine and name the copy in LONGYANG_MACHINE (a path, or a name without .sh in this folder).

# Modules, or the Spack environment of spack.yaml:
#   module load gcc openmpi petsc hdf5/parallel kokkos
#   spack env activate .

# The program. A build for the compute nodes' CPU: bash jobs/build.sh native, run on a compute node.
LONGYANG_PROGRAM=${LONGYANG_PROGRAM:-build/release/bin/longyang}

# How ranks are started inside a job. srun takes the layout from the job, but has to know the MPI of the build (srun --mpi=list).
# Open MPI wants pmix; where the cluster names no MPI (MpiDefault is none), pmix is asked for if there is one.
# For a Slurm without it, on one node, with Open MPI kept from starting ranks by srun:
#   LONGYANG_LAUNCHER=(bash jobs/mpirun.sh -n "$SLURM_NTASKS"); export OMPI_MCA_ras=^slurm OMPI_MCA_plm=isolated
LONGYANG_LAUNCHER=(srun)
if [[ -z ${SLURM_MPI_TYPE:-} && $(scontrol show config) =~ MpiDefault\ *=\ none && $(srun --mpi=list 2>&1) =~ pmix ]]; then
    LONGYANG_LAUNCHER+=(--mpi=pmix)
fi

# One thread a rank: the ranks fill the cores.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
